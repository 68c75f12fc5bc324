"""The odd requests that a real PostgreSQL minds and SQLite does not: NUL, halves of surrogates, numbers beyond 64 bits."""

from tests.contract.fixtures import faults, made, world
from tests.contract.test_bad_requests import (
    pytestmark,
    test_a_bad_name_at_the_door_gets_a_sentence_or_a_tidied_name,
    test_odd_numbers_and_names_in_addresses_are_not_found,
)
from tests.contract.test_bad_texts import (
    test_every_form_of_every_page_takes_odd_fields,
    test_texts_that_cannot_be_stored_are_refused,
)

__all__ = [
    "faults",
    "made",
    "pytestmark",
    "test_a_bad_name_at_the_door_gets_a_sentence_or_a_tidied_name",
    "test_every_form_of_every_page_takes_odd_fields",
    "test_odd_numbers_and_names_in_addresses_are_not_found",
    "test_texts_that_cannot_be_stored_are_refused",
    "world",
]
