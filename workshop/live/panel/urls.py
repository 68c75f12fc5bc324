"""Addresses of the control panel; ``live.urls`` takes them in."""

from django.urls import path

from workshop.live.panel import editing, views

urlpatterns = [
    path("panel/in/<str:token>/", views.phone_in, name="panel_in"),
    path("panel/<str:public_id>/", views.panel, name="panel"),
    path("panel/<str:public_id>/act/", views.do, name="panel_act"),
    path("panel/<str:public_id>/ask/", views.ask_now, name="panel_ask"),
    path("panel/<str:public_id>/add/", editing.choose, name="panel_add"),
    path("panel/<str:public_id>/add/<slug:kind>/", editing.add, name="panel_add_kind"),
    path("panel/<str:public_id>/edit/<int:activity>/", editing.edit, name="panel_edit"),
    path("panel/<str:public_id>/address/", views.choose_address, name="panel_address"),
    path("panel/<str:public_id>/invite/", views.invite, name="panel_invite"),
    path("panel/<str:public_id>/people/", views.people, name="panel_people"),
    path("panel/<str:public_id>/phone/", views.phone, name="panel_phone"),
]
