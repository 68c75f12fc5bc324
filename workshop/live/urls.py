"""Addresses of live sessions: joining, the pages of a learner, the screen, the control panel."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path, re_path

from workshop.live import join, learner, pages, screen

app_name = "live"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", join.start, name="join"),
    path("join/", join.enter, name="enter"),
    re_path(r"^(?P<code>[0-9]{6}|[0-9]{8})/$", join.by_code, name="by_code"),
    path("j/<str:token>/", join.by_token, name="qr"),
    path("words/<slug:language>.js", pages.words, name="words"),
    path("r/<str:token>/", learner.come_back, name="come_back"),
    path("s/<str:public_id>/", learner.page, name="learner"),
    path("s/<str:public_id>/do/", learner.do, name="do"),
    path("s/<str:public_id>/profile/", learner.profile, name="profile"),
    path("s/<str:public_id>/rejoin/", learner.rejoin, name="rejoin"),
    path("s/<str:public_id>/leave/", learner.leave, name="leave"),
    path("s/<str:public_id>/mine/", learner.mine, name="mine"),
    path("s/<str:public_id>/screen/", screen.page, name="screen"),
    path("screen/<str:token>/", screen.link, name="screen_link"),
]
if find_spec("workshop.live.panel.urls"):
    urlpatterns.append(path("panel/", include("workshop.live.panel.urls")))
