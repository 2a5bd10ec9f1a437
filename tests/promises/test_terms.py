"""Closed lists: every value has a Polish and an English label and one spelling."""

import re
from collections import Counter

import pytest

from app.domain.terms import Term
from tests.factories.rulebook import terms

SNAKE_CASE = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")


def _name(term: type[Term]) -> str:
    return term.__name__


@pytest.mark.parametrize("term", terms(), ids=_name)
def test_every_value_has_both_labels(term: type[Term]) -> None:
    bare = [member.value for member in term if not member.pl.strip() or not member.en.strip()]
    assert not bare, f'{term.__name__}: write NAME = "value", "po polsku", "in English": {bare}'


@pytest.mark.parametrize("term", terms(), ids=_name)
def test_every_value_is_its_name_in_snake_case(term: type[Term]) -> None:
    assert len(term) > 0, f"{term.__name__} has no values."
    odd = [m.value for m in term if not SNAKE_CASE.match(m.value) or m.value != m.name.lower()]
    assert not odd, f"{term.__name__}: a value is its member's name in snake_case: {odd}"
    assert max(len(m.value) for m in term) <= 64, f"{term.__name__}: its column holds 64 letters."


@pytest.mark.parametrize("term", terms(), ids=_name)
def test_labels_of_one_list_differ(term: type[Term]) -> None:
    twice = [label for label, n in Counter(m.pl for m in term).items() if n > 1]
    assert not twice, f"{term.__name__}: people can't tell these values apart: {twice}"


def test_every_list_has_a_key_of_its_own() -> None:
    twice = [kind for kind, n in Counter(term.kind() for term in terms()).items() if n > 1]
    assert not twice, f"Rename one of each: the key in /dictionaries must be unique: {twice}"
