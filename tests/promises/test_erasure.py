"""Of a file's end nothing can be forgotten: each column is emptied or said to name nobody."""

import pytest
from sqlalchemy import ARRAY, Boolean, Date, DateTime, Enum, Integer, Table, Time, Uuid

from app.db.base import metadata
from app.db.sensitive import PLAIN, erased_columns
from app.domain import rooms
from app.domain.retention.queries import emptied

list(rooms("tables"))
# Tables with something of a family that no file holds: they stay as they are, each with its reason.
STAYING = {
    "access_grant": "who of the staff had a right to the file",
    "audit_entry": "append-only for everybody; it repeats no sensitive value",
    "event": "kinds, ids and days",
}
# What stays of a file in text or lists: codes, and ids of rows that name nobody any more.
STATUTORY = {
    "archived_case": "retention_category",
    "assessment": "warnings",
    "consent_refusal": "by",
    "destruction_file": "categories",
    "erased_file": "case_ids categories",
    "family": "gmina last_registration_gmina",
    "interview": "warnings",
    "monitoring": "warnings",
    "offer": "forms support",
    "rights_request": "kept_family_ids",
    "signal": "warnings",
    "visit": "present tasks plan_refs warnings",
    "work_plan": "participants signed_by placements_covered",
}
_FACTS = (Boolean, Date, DateTime, Enum, Integer, Time, Uuid)


def _of_files() -> list[Table]:
    return [
        table
        for table in metadata().sorted_tables
        if {"family_id", "person_id"} & {*table.columns.keys()} or table.name == "family"
        if table.name not in STAYING
    ]


@pytest.mark.parametrize("table", _of_files(), ids=lambda table: table.name)
def test_every_text_of_a_file_is_emptied_or_names_nobody(table: Table) -> None:
    texts = {
        column.name
        for column in table.columns
        if not isinstance(column.type, _FACTS) and column.computed is None
    }
    open_ = texts - {*erased_columns(table)} - {*STATUTORY.get(table.name, "").split()}
    assert not open_, (
        f"{table.name}: say in SENSITIVE of app/db/sensitive.py what {open_} hold, so that they are"
        " emptied with the file, or put them into PLAIN there and into STATUTORY here."
    )


def test_what_stays_is_plain_for_the_audit_as_well() -> None:
    said = {table.name: table for table in _of_files()}
    for name, columns in STATUTORY.items():
        assert {*columns.split()} <= {*PLAIN[name].split()}, name
        assert {*columns.split()} <= {*said[name].columns.keys()}, name


def test_a_day_of_birth_is_emptied_wherever_it_stands() -> None:
    born = {
        f"{table.name}.{column.name}": column.name in erased_columns(table)
        for table in _of_files()
        for column in table.columns
        if "born" in column.name or "birth" in column.name
    }
    assert born == {"person.born_on": True}


def test_every_table_with_something_personal_is_emptied() -> None:
    emptied_names = {table.name for table in emptied()}
    assert emptied_names == {table.name for table in _of_files() if erased_columns(table)}
    assert {"person", "family", "visit", "rights_request", "diagnosis"} <= emptied_names


def test_what_is_emptied_is_text_a_list_a_document_or_a_day_of_birth() -> None:
    """A number or a yes that is sensitive would need its own word in app/domain/retention."""
    for table in emptied():
        for name in erased_columns(table):
            kind = table.c[name].type
            odd = isinstance(kind, Boolean | Integer | Uuid | Enum) and not isinstance(kind, ARRAY)
            assert not odd, f"{table.name}.{name}"
