"""Questions from files of other programs: GIFT, Aiken, Kahoot's spreadsheet, plain CSV; and GIFT out of a quiz."""

from polls.quiz.importing.found import Found, Problem, Unreadable
from polls.quiz.importing.read import read_file, read_text

__all__ = ["Found", "Problem", "Unreadable", "read_file", "read_text"]
