"""Addresses."""

from django.urls import URLPattern

app_name = "breakouts"
urlpatterns: list[URLPattern] = []
