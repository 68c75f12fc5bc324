"""Kinds of the tests' own: one of each sort, one folder each, switched on by one line (``EXTRA_APPS``)."""
