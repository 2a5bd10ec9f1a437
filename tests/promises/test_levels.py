"""docs/data-protection.md says of each protection level what the code does, and no other level."""

import re
from datetime import timedelta

import pytest

from app.api.logs import FIELDS
from app.db.base import metadata
from app.db.sensitive import SENSITIVE, Sensitivity, sensitive_columns
from app.domain.attempts.rules import FORGOTTEN_HOURS
from app.domain.centres.tables import CentreSettings
from app.settings import Settings
from tests.factories.levels import cell, row
from tests.factories.sources import ROOT, named_tests
from tests.stories.contract import CONTRACT, names_in

PAGE = (ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8")
_TEST = re.compile(r"`(tests/\S+?\.py)::(\w+)`")
# Names under which an answer shows a secret.
SHOWN = frozenset({"access_token", "client_secret", "recovery_codes", "refresh_token"})
SHOWN_ONCE = SHOWN | {"reset_token", "secret", "otpauth_uri"}
_SECRETS = {
    name
    for columns in SENSITIVE.values()
    for name, kind in columns.items()
    if kind is Sensitivity.SECRET
}


def _rows(heading: str) -> dict[str, list[str]]:
    table = PAGE.split(f"| {heading} |")[1].split("\n\n")[0].splitlines()[2:]
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in table]
    assert len({first for first, *_ in rows}) == len(rows), "each once"
    return {first.strip("`"): rest for first, *rest in rows}


def test_every_level_stands_on_the_page_once_and_no_other() -> None:
    assert sorted(_rows("level")) == sorted(Sensitivity)


@pytest.mark.parametrize("level", Sensitivity)
def test_a_level_is_sealed_and_emptied_as_the_page_says(level: Sensitivity) -> None:
    _, *said = _rows("level")[level.value]
    assert said == row(level)


def test_what_is_said_of_every_level_has_its_test() -> None:
    for matter, (*_, proved) in _rows("matter").items():
        found = _TEST.findall(proved)
        assert found, matter
        for path, name in found:
            assert name in named_tests(path), f"{path} has no {name}"


def test_an_event_and_the_log_have_no_place_for_a_level() -> None:
    tables = metadata().tables
    assert [sensitive_columns(tables[name]) for name in ("event", "office_event")] == [[], []]
    named = {column for columns in SENSITIVE.values() for column in columns}
    assert FIELDS & named <= {"reason"}, "`reason` of a line says why keys were not reloaded"


def test_a_secret_is_shown_once_or_never() -> None:
    told = set()
    for name, operation in CONTRACT.items():
        shown = {part for answer in operation.answers.values() for part in names_in(answer)}
        assert not shown & (_SECRETS - {"key", "secret"}), name
        if shown & SHOWN_ONCE:
            assert operation.method == "POST", f"{name} would show it again"
            told |= shown & SHOWN_ONCE
    assert told >= SHOWN


def test_the_periods_are_those_of_the_settings() -> None:
    periods = _rows("what")
    for name, begins in (("kept_answer_hours", "kept answers"), ("kept_token_hours", "sessions,")):
        (said,) = (said for what, (said, _) in periods.items() if what.startswith(begins))
        assert f"{Settings.model_fields[name].default} hours" in said
        assert f"`{name}`" in said
    assert timedelta(hours=FORGOTTEN_HOURS) == timedelta(hours=24)
    assert "`retention_years`" in periods["a family's file"][0]
    assert CentreSettings.model_fields["retention_years"].default is None, "the centre's JRWA says"


def test_a_cell_names_the_smaller_part() -> None:
    columns = {"a.x", "b.y", "c.z"}
    assert cell(columns, ()) == "none"
    assert cell(columns, {*columns, "d.w"}) == "all"
    assert cell(columns, {"a.x", "c.z"}) == "all but `b.y`"
    assert cell(columns, {"c.z"}) == "`c.z`"
