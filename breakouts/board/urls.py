"""Addresses of boards."""

from django.urls import URLPattern, path

from breakouts.board import views

app_name = "board"
urlpatterns: list[URLPattern] = [
    path("<str:public_id>/<int:activity>/", views.page, name="page"),
    path("<str:public_id>/<int:activity>/do/", views.do, name="do"),
]
