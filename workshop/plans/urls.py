"""Addresses of plans."""

from django.urls import URLPattern, path

from workshop.plans.views import activities, importing, library, phases, plan

app_name = "plans"
urlpatterns: list[URLPattern] = [
    path("", library.library, name="library"),
    path("new/", library.new, name="new"),
    path("demonstration/", library.demonstration, name="demonstration"),
    path("import/", importing.import_page, name="import"),
    path("<int:plan>/", plan.plan_page, name="plan"),
    path("<int:plan>/details/", plan.details, name="details"),
    path("<int:plan>/text", plan.text, name="text"),
    path("<int:plan>/text/download", plan.download, name="download"),
    path("<int:plan>/versions/", plan.versions, name="versions"),
    path("<int:plan>/versions/<int:number>/restore/", plan.restore, name="restore"),
    path("<int:plan>/duplicate/", library.duplicate, name="duplicate"),
    path("<int:plan>/remove/", library.remove, name="remove"),
    path("<int:plan>/phases/add/", phases.add, name="phase_add"),
    path("<int:plan>/phases/<int:index>/", phases.edit, name="phase"),
    path("<int:plan>/phases/<int:index>/minutes/", phases.minutes, name="phase_minutes"),
    path("<int:plan>/phases/<int:index>/move/", phases.move, name="phase_move"),
    path("<int:plan>/phases/<int:index>/duplicate/", phases.duplicate, name="phase_duplicate"),
    path("<int:plan>/phases/<int:index>/remove/", phases.remove, name="phase_remove"),
    path("<int:plan>/phases/<int:index>/activities/", activities.choose, name="activity_choose"),
    path("<int:plan>/phases/<int:index>/activities/<str:kind>/", activities.add, name="activity_add"),
    path("<int:plan>/activities/<str:key>/", activities.edit, name="activity"),
    path("<int:plan>/activities/<str:key>/move/", activities.move, name="activity_move"),
    path("<int:plan>/activities/<str:key>/duplicate/", activities.duplicate, name="activity_duplicate"),
    path("<int:plan>/activities/<str:key>/remove/", activities.remove, name="activity_remove"),
    path("<int:plan>/proposals/", activities.settle_all, name="proposals"),
    path("<int:plan>/proposals/<slug:offer>/", activities.accept, name="proposal"),
    path("<int:plan>/proposals/<slug:offer>/dismiss/", activities.dismiss, name="proposal_dismiss"),
]
