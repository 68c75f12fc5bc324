"""Live sessions."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Registers the door, the ops and the slots of live sessions."""

    name = "workshop.live"
    label = "live"

    def ready(self) -> None:
        """Fill the registries of the realtime core."""
        from workshop.live import ops_activity, ops_people, ops_plan, ops_screen, ops_session, ops_staff, slots
        from workshop.live.door import LiveDoor
        from workshop.live.panel import ops as ops_panel
        from workshop.live.panel.slots import PanelReader
        from workshop.live.screen import HereReader, SceneReader
        from workshop.realtime.door import use
        from workshop.realtime.slots import register

        del (
            ops_activity,
            ops_panel,
            ops_people,
            ops_plan,
            ops_screen,
            ops_session,
            ops_staff,
        )  # importing them registers their ops
        slots.register_all()
        for reader in (PanelReader(), SceneReader(), HereReader()):
            register(reader)
        use(LiveDoor())
