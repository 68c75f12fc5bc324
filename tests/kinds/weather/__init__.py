"""A question kind of the tests' own: how it feels, as weather."""
