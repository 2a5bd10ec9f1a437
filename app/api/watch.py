"""What a request says about security: fields of its one line in the log (ASVS 16.3).

An ordinary request that succeeds has none of them. Whoever watches looks for `security`, and finds
in the same line the operation, the account, the refusal's code, the way of signing in and, where no
account is known, the network. Logins, names and input have no field.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from fastapi import Request

from app.domain.attempts.rules import network_of


class Security(StrEnum):
    """What there is to watch for; docs/operations.md says when each is logged."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    THROTTLED = "throttled"
    ACCESS_REFUSED = "access_refused"
    INPUT_REFUSED = "input_refused"
    ADMINISTERED = "administered"


# What is only told; the others are warnings.
TOLD: Final = frozenset({Security.SIGNED_IN, Security.INPUT_REFUSED, Security.ADMINISTERED})
_INPUT: Final = frozenset({400, 405, 413, 415, 422})
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OFFICE: Final = frozenset({"staff", "clients", "centre"})


def begin_sign_in(request: Request, way: str) -> None:
    """Remember by which way somebody signs in."""
    request.state.way = way


def name_account(request: Request, account: UUID | None) -> None:
    """Remember whose account it is, or would be; None: nobody's that we know."""
    request.state.account_id = str(account) if account else None


def seen(scope: Mapping[str, Any], status: int) -> dict[str, Any]:
    """Return what a request adds to its line; nothing where there is nothing to watch."""
    state = scope["state"]
    found = _judged(scope, status, state.get("way"))
    if found is None:
        return {}
    said = {"security": found.value, "refusal": state.get("refusal"), "way": state.get("way")}
    if state.get("account_id") is None:
        said["network"] = network_of((scope.get("client") or (None,))[0])
    return {name: value for name, value in said.items() if value is not None}


def _judged(scope: Mapping[str, Any], status: int, way: str | None) -> Security | None:
    if status < 400:
        return _done(scope, way)
    if status == 429:
        return Security.THROTTLED
    if status in {401, 403}:
        return Security.ACCESS_REFUSED if way is None else Security.SIGN_IN_FAILED
    return Security.INPUT_REFUSED if status in _INPUT else None


def _done(scope: Mapping[str, Any], way: str | None) -> Security | None:
    if way is not None:
        return Security.SIGNED_IN
    if scope["method"] in _READING or _OFFICE.isdisjoint(getattr(scope.get("route"), "tags", ())):
        return None
    return Security.ADMINISTERED
