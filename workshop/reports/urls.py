"""Addresses of sessions as things to begin, look back on, take away and erase."""

from django.urls import URLPattern, path

from workshop.reports import views

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("", views.sessions, name="sessions"),
    path("start/", views.start, name="start"),
    path("quick/", views.quick, name="quick"),
    path("demonstration/remove/", views.remove_demonstration, name="remove_demonstration"),
    path("<str:public_id>/", views.session_page, name="session"),
    path("<str:public_id>/summary/", views.summary, name="summary"),
    path("<str:public_id>/export/<slug:form>/", views.export, name="export"),
    path("<str:public_id>/result/<int:activity>/<int:round_>/<str:question>.<slug:form>", views.result, name="result"),
    path("<str:public_id>/erase/", views.erase, name="erase"),
]
