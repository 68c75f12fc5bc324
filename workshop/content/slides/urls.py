"""Addresses of slides."""

from django.urls import URLPattern, path

from workshop.content.slides import views

app_name = "slides"
urlpatterns: list[URLPattern] = [
    path("plan/<int:plan>/", views.upload, name="upload"),
    path("plan/<int:plan>/<slug:deck>/", views.deck, name="deck"),
    path("plan/<int:plan>/<slug:deck>/<int:page>.webp", views.plan_image, name="plan_image"),
    path("<str:public_id>/<int:activity>/file/", views.replace_file, name="file"),
    path("<str:public_id>/<int:activity>/<int:page>/", views.look, name="look"),
    path("<str:public_id>/<int:activity>/<int:page>.webp", views.image, name="image"),
    path("<str:public_id>/<int:activity>/<int:page>.json", views.words, name="words"),
]
