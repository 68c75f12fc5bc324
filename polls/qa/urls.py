"""Addresses of questions and answers."""

from django.urls import URLPattern, path

from polls.qa import queue, views

app_name = "qa"
urlpatterns: list[URLPattern] = [
    path("<str:public_id>/", views.moderate, name="moderate"),
    path("<str:public_id>/<int:activity>/", views.page, name="page"),
    path("<str:public_id>/<int:activity>/do/", views.do, name="do"),
    path("<str:public_id>/<int:activity>/queue/", queue.queue, name="queue"),
    path("<str:public_id>/<int:activity>/queue/do/", queue.decide, name="decide"),
]
