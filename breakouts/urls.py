"""Addresses of groups."""

from django.urls import URLPattern, path

from breakouts import views

app_name = "breakouts"
urlpatterns: list[URLPattern] = [
    path("<str:public_id>/", views.page, name="page"),
    path("<str:public_id>/do/", views.do, name="do"),
    path("<str:public_id>/list/", views.as_list, name="list"),
]
