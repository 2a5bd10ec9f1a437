"""Absence covers, set by the act itself."""

from datetime import date
from typing import Any

from httpx import Response

from tests.factories.api import Api
from tests.factories.people import HERE, Person

COVERED_AND_COVERING = (
    (HERE.assistant, HERE.other_assistant),
    (HERE.social_worker, HERE.other_social_worker),
    (HERE.coordinator, HERE.other_coordinator),
)


def cover(absent: Person, by: Person, first: date, last: date, **said: Any) -> dict[str, Any]:
    """Write a cover; both days are included."""
    return {
        "absent_id": str(absent.id),
        "covering_id": str(by.id),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "reason": "leave",
        "note": "W czwartek posiedzenie sądu w sprawie rodziny z ul. Źródlanej.",
    } | said


async def ask_cover(
    api: Api,
    absent: Person,
    by: Person,
    first: date,
    last: date,
    who: Person = HERE.manager,
    **said: Any,
) -> Response:
    """Ask for a cover; return the response."""
    return await api.as_(who).post("/covers", cover(absent, by, first, last, **said))


async def set_cover(
    api: Api, absent: Person, by: Person, first: date, last: date, **said: Any
) -> dict[str, Any]:
    """Set a cover as the manager; return it."""
    response = await ask_cover(api, absent, by, first, last, **said)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def put_settings(api: Api, **changes: Any) -> None:
    """Put settings into force today."""
    body = {"valid_from": api.clock.today.isoformat()} | changes
    response = await api.as_(HERE.manager).post("/centre/settings", body)
    assert response.status_code == 201, response.text
