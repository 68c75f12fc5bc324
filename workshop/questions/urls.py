"""Addresses."""

from django.urls import path

from workshop.questions import views

app_name = "questions"
urlpatterns = [path("s/<str:public_id>/answer/", views.answer, name="answer")]
