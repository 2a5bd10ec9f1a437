"""What breaks clients is seen: planted breaks are caught, harmless changes pass."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories.contracts import (
    Break,
    Part,
    breaks,
    broken_since_release,
    resolved,
)
from tests.factories.sources import ROOT

FOLDER = ROOT / "openapi"
TEXT = (FOLDER / "v1.json").read_text(encoding="utf-8")
PRESENT: Part = json.loads(TEXT)
Change = Callable[["Draft"], Any]


class Draft:
    """A copy of the present contract that a test may change."""

    def __init__(self) -> None:
        """Read the contract anew."""
        self.document: Part = json.loads(TEXT)
        self.paths: Part = self.document["paths"]

    def schema(self, name: str) -> Part:
        """Return a component."""
        found: Part = self.document["components"]["schemas"][name]
        return found

    def field(self, schema: str, name: str) -> Part:
        """Return a field of a component, or the closed list that it names."""
        return resolved(self.document, self.schema(schema)["properties"][name])

    def operation(self, path: str, verb: str = "get") -> Part:
        """Return an operation."""
        found: Part = self.paths[f"/api/v1{path}"][verb]
        return found

    def parameter(self, path: str, name: str) -> Part:
        """Return a parameter of a reading operation."""
        said = (resolved(self.document, p) for p in self.operation(path)["parameters"])
        return next(p for p in said if p["name"] == name)

    def drop_parameter(self, path: str, name: str) -> None:
        """Remove a parameter of a reading operation."""
        gone, operation = self.parameter(path, name), self.operation(path)
        operation["parameters"] = [
            p for p in operation["parameters"] if resolved(self.document, p) is not gone
        ]

    def add_parameter(self, *, required: bool) -> None:
        """Add a parameter to the list of cases."""
        schema = {"type": "string", "maxLength": 5}
        added = {"name": "order", "in": "query", "required": required, "schema": schema}
        self.operation("/cases")["parameters"].append(added)

    def add_field(self, schema: str, *, required: bool) -> None:
        """Add a field to a component."""
        self.schema(schema)["properties"]["added"] = {"type": "string", "maxLength": 5}
        if required:
            self.schema(schema).setdefault("required", []).append("added")

    def rename_media(self, part: Part) -> None:
        """Offer JSON under another media type only."""
        content = resolved(self.document, part)["content"]
        content["application/vnd.other"] = content.pop(next(iter(content)))


def _nullable(schema: Part) -> None:
    kept = dict(schema)
    schema.clear()
    schema["anyOf"] = [kept, {"type": "null"}]


def _not_null(schema: Part) -> None:
    schema["anyOf"] = [one for one in schema["anyOf"] if one.get("type") != "null"]


BODY = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
BREAKS: dict[str, tuple[str, Change]] = {
    "a path is gone": ("path_removed", lambda d: d.paths.pop("/api/v1/worklist")),
    "an operation is gone": (
        "operation_removed",
        lambda d: d.paths["/api/v1/districts/{district_id}"].pop("patch"),
    ),
    "an operation has another name": (
        "operation_id_changed",
        lambda d: d.operation("/worklist").update(operationId="read_worklist"),
    ),
    "what was open needs a token": (
        "sign_in_demanded",
        lambda d: d.operation("/sessions", "post").update(security=[{"HTTPBearer": []}]),
    ),
    "a parameter is gone": ("parameter_removed", lambda d: d.drop_parameter("/cases", "state")),
    "a demanded parameter is new": (
        "parameter_required",
        lambda d: d.add_parameter(required=True),
    ),
    "a parameter is demanded": (
        "parameter_required",
        lambda d: d.parameter("/cases", "state").update(required=True),
    ),
    "a parameter is bounded closer": (
        "request_bound",
        lambda d: d.parameter("/cases", "limit")["schema"].update(maximum=50),
    ),
    "a default is another": (
        "request_default",
        lambda d: d.parameter("/cases", "limit")["schema"].update(default=20),
    ),
    "a body is demanded where none was": (
        "request_body_required",
        lambda d: d.operation("/worklist").update(requestBody=BODY),
    ),
    "a body has another media type": (
        "request_media_type_removed",
        lambda d: d.rename_media(d.operation("/signals", "post")["requestBody"]),
    ),
    "a field is no longer taken": (
        "request_property_removed",
        lambda d: d.schema("SignalIn")["properties"].pop("institution"),
    ),
    "a demanded field is new": (
        "request_property_required",
        lambda d: d.add_field("SignalIn", required=True),
    ),
    "a field is demanded": (
        "request_property_required",
        lambda d: d.schema("SignalIn")["required"].append("urgent"),
    ),
    "a value is no longer taken": (
        "request_enum",
        lambda d: d.field("SignalIn", "source")["enum"].pop(),
    ),
    "a list of values is new": (
        "request_enum",
        lambda d: d.field("SignalIn", "description").update(enum=["a", "b"]),
    ),
    "a field takes another type": (
        "request_type",
        lambda d: d.field("SignalIn", "urgent").update(type="integer"),
    ),
    "null is no longer taken": (
        "request_null",
        lambda d: _not_null(d.field("SignalIn", "institution")),
    ),
    "a text must be shorter": (
        "request_bound",
        lambda d: d.field("SignalIn", "description").update(maxLength=10),
    ),
    "a text must be longer": (
        "request_bound",
        lambda d: d.field("SignalIn", "description").update(minLength=10),
    ),
    "a list must be shorter": (
        "request_bound",
        lambda d: d.field("FamilyIn", "members").update(maxItems=1),
    ),
    "a text has another pattern": (
        "request_pattern",
        lambda d: d.field("SignalIn", "description").update(pattern="^[A-Z]*$"),
    ),
    "a text has another format": (
        "request_format",
        lambda d: d.field("SignalIn", "received_on").update(format="date-time"),
    ),
    "a status is gone": (
        "response_status_removed",
        lambda d: d.operation("/cases/{case_id}")["responses"].pop("404"),
    ),
    "an answer has another media type": (
        "response_media_type_removed",
        lambda d: d.rename_media(d.operation("/worklist")["responses"]["200"]),
    ),
    "a field of an answer is gone": (
        "response_property_removed",
        lambda d: d.schema("CaseOut")["properties"].pop("deadlines"),
    ),
    "a field of an answer may be absent": (
        "response_property_optional",
        lambda d: d.schema("CaseOut")["required"].remove("deadlines"),
    ),
    "an answer may have a new value": (
        "response_enum",
        lambda d: d.field("Health", "status").update(const="fine"),
    ),
    "a list of answers is a list no more": (
        "response_enum",
        lambda d: d.field("DeadlineOut", "standing").pop("enum"),
    ),
    "an answer may be null": (
        "response_null",
        lambda d: _nullable(d.field("CaseOut", "opened_on")),
    ),
    "an answer has another type": (
        "response_type",
        lambda d: d.field("CaseOut", "version").update(type="string"),
    ),
    "an answer has another format": (
        "response_format",
        lambda d: d.field("CaseOut", "opened_on").update(format="date-time"),
    ),
}
HARMLESS: dict[str, Change] = {
    "a new optional field": lambda d: d.add_field("SignalIn", required=False),
    "a new operation": lambda d: d.paths.update({"/api/v1/other": {"get": {"responses": {}}}}),
    "a new description": lambda d: d.operation("/worklist").update(description="Other words."),
    "a new field of answers": lambda d: d.add_field("CaseOut", required=True),
    "a wider bound": lambda d: d.field("SignalIn", "description").update(maxLength=99_999),
    "a new optional parameter": lambda d: d.add_parameter(required=False),
    "null is taken": lambda d: _nullable(d.field("SignalIn", "description")),
    "an answer has fewer values": lambda d: d.field("DeadlineOut", "standing")["enum"].pop(),
    "a list that may grow has a new value": (
        lambda d: d.field("DeadlineOut", "standing")["enum"].append("other")
    ),
    "a new refusal": lambda d: d.operation("/cases")["responses"].update({"418": {}}),
}


def _changed(change: Change) -> Part:
    draft = Draft()
    change(draft)
    assert draft.document != PRESENT, "Nothing was changed."
    return draft.document


@pytest.mark.parametrize(("kind", "change"), BREAKS.values(), ids=BREAKS)
def test_a_planted_break_is_caught_as_what_it_is(kind: str, change: Change) -> None:
    assert {found.kind for found in breaks(PRESENT, _changed(change))} == {kind}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_change_passes(change: Change) -> None:
    assert breaks(PRESENT, _changed(change)) == []


def test_a_header_or_a_webhook_that_is_gone_is_caught() -> None:
    answer: Part = {"headers": {"ETag": {}}}
    old: Part = {"paths": {"/a": {"get": {"responses": {"200": answer}}}}, "webhooks": {"told": {}}}
    new: Part = {"paths": {"/a": {"get": {"responses": {"200": {}}}}}}
    assert breaks(old, new) == [
        Break("response_header_removed", "GET /a 200 ETag"),
        Break("webhook_removed", "told"),
    ]


def test_the_last_release_is_the_one_to_compare_with(tmp_path: Path) -> None:
    longer = Draft()
    longer.paths["/api/v1/other"] = {"get": {"responses": {}}}
    (tmp_path / "1.10.0.json").write_text(json.dumps(longer.document), encoding="utf-8")
    (tmp_path / "1.9.0.json").write_text(TEXT, encoding="utf-8")
    assert broken_since_release(tmp_path, PRESENT) == [Break("path_removed", "/api/v1/other")]


# Narrower than what was released, because what was taken opened a hole: the changelog names each.
CLOSED = {
    Break("request_pattern", "StaffIn.email"): "U+007F",
    Break("request_pattern", "StaffPatch.email"): "U+007F",
}


def test_nothing_that_was_released_is_broken() -> None:
    found = [b for b in broken_since_release(FOLDER / "released", PRESENT) if b not in CLOSED]
    assert not found, f"Clients rely on this; add beside it, or deprecate it first: {found}"


def test_a_hole_that_was_closed_is_in_the_changelog_and_is_no_excuse_for_longer() -> None:
    assert set(CLOSED) <= set(broken_since_release(FOLDER / "released", PRESENT))
    said = (FOLDER / "CHANGELOG.md").read_text(encoding="utf-8").partition("## 1.0.0")[0]
    assert all(why in said for why in CLOSED.values())


def test_a_contract_that_differs_from_its_release_has_a_number_of_its_own() -> None:
    number = PRESENT["info"]["version"]
    log = (FOLDER / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(number)} \(", log, re.MULTILINE)
    released = FOLDER / "released" / f"{number}.json"
    assert not released.exists() or json.loads(released.read_text(encoding="utf-8")) == PRESENT, (
        "Give API_VERSION the next number, and say in openapi/CHANGELOG.md what is new."
    )
