"""All addresses, by package."""

from django.urls import include, path

handler400 = "workshop.config.errors.unread"
handler500 = "workshop.config.errors.broken"
urlpatterns = [
    path("", include("workshop.config.health")),
    path("", include("workshop.config.metrics")),
    path("gallery/", include("workshop.config.gallery.urls")),
    path("accounts/", include("workshop.accounts.urls")),
    path("plans/", include("workshop.plans.urls")),
    path("sessions/", include("workshop.reports.urls")),
    path("slides/", include("workshop.content.slides.urls")),
    path("groups/", include("breakouts.urls")),
    path("board/", include("breakouts.board.urls")),
    path("pulse/", include("polls.pulse.urls")),
    path("qa/", include("polls.qa.urls")),
    path("quiz/", include("polls.quiz.urls")),
    path("", include("workshop.live.urls")),
    path("", include("workshop.questions.urls")),
]
