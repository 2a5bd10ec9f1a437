"""What people say in each command on a case: valid content for the day it is said on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.domain.families.rules import Sphere
from tests.factories.cases import MadeCase
from tests.factories.people import HERE, Person
from tests.factories.plans import action, goal, plan
from tests.factories.visits import first_visit_said, visit_said

NOBODYS = "00000000-0000-7000-8000-00000000dead"


@dataclass(slots=True)
class Place:
    """What the case's screen shows at a moment: today and the ids of its parts."""

    made: MadeCase
    today: date
    links: dict[str, str | None] = field(default_factory=dict)
    goals: list[dict[str, Any]] = field(default_factory=list)

    def day(self, ahead: int = 0) -> str:
        """Write today, or a day some days ahead."""
        return (self.today + timedelta(days=ahead)).isoformat()

    def id_of(self, link: str) -> str:
        """Return the id behind a link, or one that nobody has."""
        return str(self.made.case) if link == "case" else self.links.get(link) or NOBODYS

    def there(self, link: str) -> bool:
        """Tell whether there is something behind a link."""
        return self.id_of(link) != NOBODYS


Said = Callable[[Place], dict[str, Any] | None]


def nothing(_: Place) -> None:
    """Say nothing: the command has no body."""


def resources(_: Place) -> dict[str, Any]:
    """Change one line of a plan."""
    return {"resources": "Pomoc babci i pedagoga szkolnego."}


def first_visit(p: Place) -> dict[str, Any]:
    """Record the joint first visit."""
    return first_visit_said(p.made, held_on=p.day())


def on(name: str, /, **more: Any) -> Said:
    """Say the day, and more."""
    return lambda p: {name: p.day()} | more


def signal(p: Place) -> dict[str, Any]:
    """Report the family again, as a relapse of this case."""
    previous = {"previous_case_id": str(p.made.case), "family_id": str(p.made.family)}
    return another_signal(p) | previous


def another_signal(p: Place) -> dict[str, Any]:
    """Report the family again in this case."""
    said = {"received_on": p.day(), "source": "institution", "institution": "Szkoła nr 5"}
    return said | {"urgent": False, "description": "Dzieci znów bez opieki."}


def completion(*, need: bool) -> Said:
    """End the interview."""
    said = {
        "living_situation": "Mieszkanie komunalne.",
        "problems": ["living"],
        "diagnosis": "Trudności wychowawcze.",
        "need": need,
        "need_reason": "Matka prosi o pomoc.",
    }
    return lambda p: (
        said
        | {
            "done_on": p.day(),
            "children_heard": [{"person_id": str(p.made.child), "heard": True}],
        }
    )


def consent(p: Place) -> dict[str, Any]:
    """Record the mother's consent."""
    return {
        "signed_on": p.day(),
        "signer_ids": [str(p.made.mother)],
        "form": "written",
        "document_ref": "ZG/7/2026",
        "scope": "Współpraca z asystentem rodziny",
        "information_clause_handed": True,
    }


def refusal(p: Place) -> dict[str, Any]:
    """Record that the mother refuses."""
    return {
        "refused_on": p.day(),
        "by": [str(p.made.mother)],
        "form": "oral",
        "note": "Matka nie chce asystenta.",
        "court_notice_considered": True,
        "court_notice_reason": "Dzieci są bezpieczne.",
    }


def withdrawal(p: Place) -> dict[str, Any]:
    """Withdraw the mother's consent."""
    return {
        "withdrawn_on": p.day(),
        "signer_id": str(p.made.mother),
        "form": "written",
        "reason": "Rodzina chce radzić sobie sama.",
        "risk_to_children": False,
        "continues_without": False,
    }


def new_plan(p: Place) -> dict[str, Any]:
    """Draft a plan, or the next version of one."""
    goals = [goal(action(due_on=p.day(30)))]
    return plan(p.made, valid_from=p.day(), goals=goals, reason="Zmiana sytuacji rodziny.")


def visit(p: Place) -> dict[str, Any]:
    """Record an ordinary visit."""
    return visit_said(p.made, held_on=p.day(), next_visit_on=p.day(7))


def transfer(to: Person) -> Said:
    """Pass the family on."""
    return lambda p: {
        "to_assistant_id": str(to.id),
        "on": p.day(),
        "reason": "Zmiana rejonu pracy asystenta.",
        "requested_by": "family",
        "handover_note": "Rodzina zna nowego asystenta.",
        "family_informed": True,
    }


def handover(to: Person) -> Said:
    """Hand the case to another social worker."""
    return lambda _: {"social_worker_id": str(to.id), "reason": "district_passed_on"}


def substitution(p: Place) -> dict[str, Any]:
    """Let another assistant stand in."""
    days = {"from": p.day(), "to": p.day(5), "substitute_id": str(HERE.other_assistant.id)}
    return days | {"reason": "leave", "handover_note": "W środę wizyta u lekarza."}


def filled(p: Place) -> dict[str, Any]:
    """Fill an assessment in."""
    goals = [{"goal_id": g["goal_id"], "rating": "partly", "comment": None} for g in p.goals]
    return {
        "goals": goals,
        "spheres": [{"sphere": s.value, "change": "improved", "text": "Poprawa."} for s in Sphere],
        "involvement": "Rodzina realizuje ustalenia.",
        "children": [{"person_id": str(p.made.child), "heard": True}],
        "supporting_family_considered": False,
        "conclusion": "continue",
        "conclusions_text": "Praca będzie kontynuowana.",
    }


def closure(p: Place) -> dict[str, Any]:
    """Close the case and monitor the family."""
    said = {"closed_on": p.day(), "reason": "family_ceased_cooperation", "monitoring": True}
    return said | {"effects": "Rodzina radzi sobie.", "recommendations": "Poradnia."}


def placement(p: Place) -> dict[str, Any]:
    """Place the child in an institution."""
    return {
        "person_id": str(p.made.child),
        "form": "institution",
        "starts_on": p.day(),
        "legal_basis": "court_order",
        "reference": "III Nsm 100/26",
        "institution_name": "Placówka „Przystań”",
        "educator_name": "Halina Wiśniowiecka",
        "educator_contact": "+48 85 000 00 01",
    }
