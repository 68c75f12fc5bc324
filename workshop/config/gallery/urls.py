"""Addresses of the gallery."""

from django.urls import path

from workshop.config.gallery import activities, views

app_name = "gallery"
urlpatterns = [
    path("", views.index, name="index"),
    path("on/<slug:kind>/<slug:view>/", activities.sheet, name="activity_sheet"),
    path("on/<slug:kind>/<slug:view>/<slug:exhibit>/", activities.state, name="activity"),
    path("<slug:question>/<slug:view>/", views.sheet, name="sheet"),
    path("<slug:question>/<slug:view>/<slug:specimen>/<slug:state>/", views.state, name="state"),
]
