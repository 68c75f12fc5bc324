"""The way without script."""

from django.urls import URLPattern, path

from polls.pulse import views

app_name = "pulse"
urlpatterns: list[URLPattern] = [path("<str:public_id>/<int:activity>/", views.tap, name="tap")]
