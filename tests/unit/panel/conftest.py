from tests.live.kinds import kinds

__all__ = ["kinds"]
