"""Our own checks beside Schemathesis' own, for what it can't know."""

from typing import Any

import schemathesis

from tests.fuzz import known

# How often each request is repeated as each peer, with other rows each time.
REPEATS = 4
FOUND = frozenset({200, 201, 204, 409, 412})
# What a valid request may be refused with: a rule that no schema can say (two fields together, a
# day that must lie in the past), by its name. A shape that the schema had allowed is no rule.
SHAPELESS = frozenset({"value_error"})


def wrong_parts(case: Any) -> set[str]:
    """Name the parts of the request that are wrong on purpose."""
    parts = case.meta.components if case.meta else {}
    return {str(place.value) for place, part in parts.items() if part.mode.name == "NEGATIVE"}


def _empty(said: Any) -> bool:
    return isinstance(said, dict) and said.get("items") == []


def nothing_of_another_centre(_context: Any, response: Any, case: Any) -> None:
    """Refuse an answer that serves, changes or names a row of another centre (K11)."""
    asked = set(known.rows_of(case)) & known.ABROAD
    if asked and response.status_code in FOUND and not _empty(response.json()):
        raise AssertionError(f"{response.status_code} for a row of another centre: {asked}")
    named = set(known.UUID.findall(response.text)) & known.ABROAD
    if named:
        raise AssertionError(f"The answer names rows of another centre: {named}")


def only_for_its_people(_context: Any, response: Any, case: Any) -> None:
    """Repeat reads and commands as each peer for whom a row must not be there: 404 (K11).

    Schemathesis' own check repeats a read when an answer has told it whose row it is; here row
    security's judgement before the first request is known for every row.
    """
    rows = set(known.rows_of(case))
    if case.auth_identity != "own" or response.status_code not in FOUND or not rows:
        return
    if any(known.FAMILIES.get(row) in known.moved for row in rows):
        return
    for peer, hidden in known.HIDDEN.items():
        times = known.repeated[f"{peer} by us"]
        if not rows & hidden or times[case.operation.label] >= REPEATS:
            continue
        times[case.operation.label] += 1
        answer = known.repeat(response.request, known.authorisation(case, peer))
        served = answer.status_code != 404 and not (answer.ok and _empty(answer.json()))
        if served:
            raise AssertionError(
                f"{answer.status_code} for the {peer}, who must not know of {rows & hidden}"
            )


def refused_by_a_rule_only(_context: Any, response: Any, case: Any) -> None:
    """Refuse a 422 about the shape of a request that has the contract's shape."""
    if (
        response.status_code != 422
        or case.meta is None
        or not case.meta.generation.mode.is_positive
    ):
        return
    said = response.json()
    shapes = {error["code"] for error in said["errors"]} - SHAPELESS
    if said["code"] == "invalid" and (shapes or not said["errors"]):
        raise AssertionError(f"The contract allows what was refused: {said['errors']}")


for check in (nothing_of_another_centre, only_for_its_people, refused_by_a_rule_only):
    schemathesis.check(check)
