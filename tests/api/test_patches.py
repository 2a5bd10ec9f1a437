"""Merge patches: what may be left out, what may be null, which media type they have."""

from typing import Any

import pytest
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.api.patches import Patch, require_json
from app.domain.fields import Name, YesNo


class _Stated(Patch):
    town: Name
    street: Name | None = None
    open: YesNo = True


@pytest.mark.parametrize(
    "said", [{}, {"street": None}, {"town": "Łomża"}, {"open": False, "street": "Polna 1"}]
)
def test_only_what_was_said_is_a_change(said: dict[str, Any]) -> None:
    """Defaults of the fields never become changes."""
    assert _Stated.model_validate(said).changes() == said


@pytest.mark.parametrize("said", [{"town": None}, {"open": None}, {"town": ""}, {"nic": 1}])
def test_null_removes_only_what_may_be_missing(said: dict[str, Any]) -> None:
    """A field that may not be null is not typed so."""
    with pytest.raises(ValidationError):
        _Stated.model_validate(said)


def test_the_contract_shows_no_default_and_nothing_required() -> None:
    """A generated client must not send what the user did not touch."""
    shown = _Stated.model_json_schema()
    assert "required" not in shown
    assert all("default" not in field for field in shown["properties"].values())
    assert shown["properties"]["town"]["type"] == "string"


def _request(method: str, kind: str) -> Request:
    headers = [(b"content-type", kind.encode())]
    return Request({"type": "http", "method": method, "headers": headers})


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("PATCH", "application/merge-patch+json"),
        ("PATCH", "Application/JSON; charset=utf-8"),
        ("POST", "application/json"),
        ("POST", ""),
    ],
)
def test_json_is_read(method: str, kind: str) -> None:
    """Case and parameters of the media type do not matter."""
    require_json(_request(method, kind))


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("PATCH", "application/json-patch+json"),
        ("PATCH", "text/plain"),
        ("POST", "application/merge-patch+json"),
        ("POST", "application/x-www-form-urlencoded"),
    ],
)
def test_any_other_kind_is_refused(method: str, kind: str) -> None:
    """A list of operations is no merge patch, and a form is no JSON."""
    with pytest.raises(HTTPException) as refused:
        require_json(_request(method, kind))
    assert refused.value.status_code == 415
