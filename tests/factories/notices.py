"""Notices on data processing, published and handed over as the API's callers do it."""

from typing import Any
from uuid import UUID

from tests.factories.api import Api
from tests.factories.people import HERE, Person, Town

NOTICE = {
    "controller": "Miejski Ośrodek Pomocy Społecznej w Dąbrowie Leśnej, ul. Leśna 1",
    "officer": "iod@ops.example",
    "purposes": "Praca z rodziną.",
    "legal_basis": "art. 6 ust. 1 lit. c i e RODO",
    "retention": "Kategoria B-10.",
    "recipients": "Podmioty uprawnione z mocy prawa.",
    "rights": "Dostęp, sprostowanie, ograniczenie, sprzeciw, skarga do Prezesa UODO.",
}


async def publish(api: Api, town: Town = HERE, **said: str) -> dict[str, Any]:
    """Publish the next version of a centre's notice; return it."""
    answer = await api.as_(town.manager).post("/data-notices", NOTICE | said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def handed(notice: dict[str, Any], **said: str) -> dict[str, Any]:
    """Return the handing of a notice as it is sent."""
    return {"notice_id": notice["id"], "handed_on": "2026-03-10", "form": "paper"} | said


async def hand(api: Api, person: Person, member: UUID, said: dict[str, Any]) -> Any:
    """Record that a notice was handed to a member; return the answer."""
    return await api.as_(person).post(f"/members/{member}/notice-handings", said)
