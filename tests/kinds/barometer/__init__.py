"""An activity kind of the tests' own: one question and how often its result was looked at on the screen."""
