"""Addresses of the gallery."""

from django.urls import path

from workshop.config.gallery import views

app_name = "gallery"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:question>/<slug:view>/", views.sheet, name="sheet"),
    path("<slug:question>/<slug:view>/<slug:specimen>/<slug:state>/", views.state, name="state"),
]
