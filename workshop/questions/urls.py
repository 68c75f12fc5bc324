"""Addresses."""

from django.urls import path

from workshop.questions import previewing, views

app_name = "questions"
urlpatterns = [
    path("s/<str:public_id>/answer/", views.answer, name="answer"),
    path("panel/<str:public_id>/ask/preview/", previewing.quick, name="quick"),
    path("plans/preview/", previewing.preview, name="preview"),
]
