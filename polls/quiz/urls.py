"""Addresses of quizzes: questions from files, and a quiz as GIFT."""

from django.urls import URLPattern, path

from polls.quiz import views

app_name = "quiz"
urlpatterns: list[URLPattern] = [
    path("<int:plan>/<int:index>/import/", views.bring, name="import"),
    path("<int:plan>/<str:key>/gift/", views.gift_file, name="gift"),
]
