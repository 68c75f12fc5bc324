"""Activity kind: learners ask, others vote for a question, staff answer."""

from django.apps import AppConfig


class QAConfig(AppConfig):
    """Activity kind: questions and answers."""

    name = "polls.qa"
    label = "qa"

    def ready(self) -> None:
        """Register the kind, its ops, its slot, and what it keeps of a person."""
        from polls.qa import operations, personal, slots  # noqa: F401 - ops and slots register on import
        from polls.qa.kind import QA
        from workshop.kinds import activity_kinds
        from workshop.live import hooks, takeaway

        activity_kinds.register(QA())
        if personal.own_enquiries not in hooks.personal:
            hooks.personal.append(personal.own_enquiries)
            hooks.removals.append(personal.remove)
            takeaway.sources.append(personal.keepsakes)
        hooks.desks["qa.moderate"] = "qa:moderate"
