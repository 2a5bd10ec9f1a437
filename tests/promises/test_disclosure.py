"""Every table with something of a person is in the package for that person, or says why not."""

import re

import pytest
from sqlalchemy import Table

from app.db.base import metadata
from app.domain import rooms
from app.domain.disclosure import rules
from app.domain.disclosure.rules import RecordKind
from app.domain.names import POLISH
from tests.factories.disclosed import columns_shown

list(rooms("tables"))
TABLES = metadata().tables
KINDS = {kind.value for kind in RecordKind}
OF_PEOPLE = {"family", "person", "family_case"}


def _of_people(table: Table) -> bool:
    refers = {key.referred_table.name for key in table.foreign_key_constraints}
    named = {"family_id", "case_id", "person_id", "member_id"} & set(table.columns.keys())
    return table.name in OF_PEOPLE or bool(refers & OF_PEOPLE) or bool(named)


@pytest.mark.parametrize("name", sorted(t.name for t in TABLES.values() if _of_people(t)))
def test_a_table_about_people_is_in_the_package_or_says_why_not(name: str) -> None:
    assert (name in KINDS) != (name in rules.LEFT_OUT), (
        f"{name}: make it a RecordKind of app/domain/disclosure/rules.py (art. 15 of the GDPR), or"
        " put it into LEFT_OUT with the reason."
    )
    assert len(rules.LEFT_OUT.get(name, "a good reason")) > 10


def test_what_is_named_is_there() -> None:
    of_people = {table.name for table in TABLES.values() if _of_people(table)}
    assert KINDS | set(rules.LEFT_OUT) == of_people
    for name, column in rules.OWN_COLUMNS.items():
        assert column in TABLES[name].columns
    for name, columns in (*rules.OF_OTHERS.items(), *rules.WHEREABOUTS.items()):
        assert columns <= set(TABLES[name].columns.keys()), name


@pytest.mark.parametrize("kind", RecordKind)
def test_every_column_that_is_shown_has_a_polish_name(kind: RecordKind) -> None:
    shown = columns_shown(kind)
    assert shown <= POLISH.keys(), f"Name these in app/domain/names.toml: {shown - POLISH.keys()}"


@pytest.mark.parametrize("name", sorted(KINDS - {"family", "family_case"}))
def test_a_row_that_names_one_member_is_shown_to_that_member_only(name: str) -> None:
    """A key to a member makes a row that member's, unless it is told otherwise."""
    to_person = {
        element.parent.name
        for key in TABLES[name].foreign_key_constraints
        if key.referred_table.name == "person"
        for element in key.elements
        if element.parent.name not in {"centre_id", "family_id"}
    }
    own = rules.OWN_COLUMNS.get(name)
    assert to_person <= {own}, f"{name}: put {to_person} into OWN_COLUMNS."


def test_nothing_that_says_where_somebody_is_goes_to_who_has_left() -> None:
    """A new address, phone, place or day to come: name it in WHEREABOUTS, or here with a reason."""
    telling = re.compile("street|postcode|town|gmina|phone|place|homeless|next_|meeting")
    harmless = {"interview.place": "home or office"}
    said = {
        f"{kind}.{column}"
        for kind in KINDS - set(rules.OWN_COLUMNS)
        for column in columns_shown(RecordKind(kind))
        if telling.search(column) and column not in rules.WHEREABOUTS.get(kind, ())
    }
    assert said <= harmless.keys(), said
