"""The two server programs from inside: what they leave open is closed in a module of each."""

#: Pieces of one message. Browsers send one, or a few of a long one.
FRAGMENTS = 1_000
