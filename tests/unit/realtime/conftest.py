from tests.realtime.fixtures import database_kind, database_url, hub, world

__all__ = ["database_kind", "database_url", "hub", "world"]
