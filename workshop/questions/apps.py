"""Questions, answers, tallies and the privacy gate."""

from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    """Registers the ops, the slots, and what happens to answers when people ask for theirs or are erased."""

    name = "workshop.questions"
    label = "questions"

    def ready(self) -> None:
        """Fill the registries of the packages below."""
        from workshop.live import hooks, takeaway
        from workshop.questions import closing, moderation, operations, personal, presenting, slots
        from workshop.realtime.slots import register

        del moderation, operations  # importing them registers their ops
        register(slots.TallyReader())
        register(slots.AnswersReader())
        if personal.own_answers not in hooks.personal:
            hooks.personal.append(personal.own_answers)
            takeaway.sources.append(personal.keepsakes)
            hooks.settlings.append(closing.settle)
            hooks.removals.append(closing.remove)
            hooks.erasures.append(closing.erase)
            presenting.register()
