"""Visits as people write them."""

from typing import Any

from app.domain.access.rules import GrantReason
from app.domain.access.service import grant
from app.domain.actor import Role
from app.domain.cases.service import lock_case
from tests.factories.cases import MadeCase
from tests.factories.people import HERE, Person, World

COOPERATION: dict[str, Any] = {
    "meeting_frequency": "raz w tygodniu",
    "meeting_place": "w domu rodziny",
    "duties_of_family": "Obecność na spotkaniach; realizacja ustaleń.",
    "duties_of_assistant": "Punktualność; wsparcie w urzędach.",
    "cancelling": "Telefonicznie, najpóźniej dzień wcześniej.",
}


async def withdraw_consent(world: World, made: MadeCase) -> None:
    """Withdraw the family's consent today."""
    async with world.acting() as act:
        (await lock_case(act, made.case)).consent_withdrawn_on = act.today


async def see(world: World, made: MadeCase, person: Person) -> None:
    """Let somebody see the family, in the role that they have."""
    worker = Role.SOCIAL_WORKER in person.roles
    async with world.acting() as act:
        grant(
            act,
            account_id=person.id,
            family_id=made.family,
            reason=GrantReason.CASEWORK if worker else GrantReason.ASSIGNMENT,
            source_id=made.case,
            valid_from=act.today,
        )


def visit_said(made: MadeCase, **changes: Any) -> dict[str, Any]:
    """Write an ordinary home visit of Tuesday, 10 March 2026, 10:00 to 11:30."""
    said: dict[str, Any] = {
        "held_on": "2026-03-10",
        "begins": "10:00",
        "ends": "11:30",
        "place": "home",
        "kind": "home_visit",
        "present": [str(made.mother)],
        "tasks": ["household", "parenting"],
        "topics": "Budżet domowy; plan dnia dzieci.",
        "arrangements_family": "Spisać wydatki z tygodnia.",
        "arrangements_assistant": "Umówić poradnię.",
        "next_visit_on": "2026-03-17",
        "notes": 'Rozmowa o „budżecie”; SELECT 1; — Żółć gęślą jaźń 🙂 "cytat".',
    }
    return said | changes


def first_visit_said(made: MadeCase, **changes: Any) -> dict[str, Any]:
    """Write the first visit, joint with the case's social worker."""
    said: dict[str, Any] = {
        "held_on": "2026-03-10",
        "begins": "09:00",
        "ends": "10:00",
        "place": "home",
        "present": [str(made.mother), str(made.child)],
        "social_worker_id": str(HERE.social_worker.id),
        "rules_discussed": True,
        "cooperation_rules": COOPERATION,
        "notes": "Omówiono zasady współpracy.",
    }
    return said | changes
