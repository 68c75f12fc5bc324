"""Addresses of the control panel; ``live.urls`` takes them in."""

from django.urls import path

from workshop.live.panel import editing, team, views

urlpatterns = [
    path("in/<str:token>/", views.phone_in, name="panel_in"),
    path("<str:public_id>/", views.panel, name="panel"),
    path("<str:public_id>/act/", views.do, name="panel_act"),
    path("<str:public_id>/ask/", views.ask_now, name="panel_ask"),
    path("<str:public_id>/add/", editing.choose, name="panel_add"),
    path("<str:public_id>/add/<slug:kind>/", editing.add, name="panel_add_kind"),
    path("<str:public_id>/edit/<int:activity>/", editing.edit, name="panel_edit"),
    path("<str:public_id>/invite/", views.invite, name="panel_invite"),
    path("<str:public_id>/people/", views.people, name="panel_people"),
    path("<str:public_id>/result/", views.result, name="panel_result"),
    path("<str:public_id>/team/", team.team, name="panel_team"),
    path("<str:public_id>/phone/", views.phone, name="panel_phone"),
]
