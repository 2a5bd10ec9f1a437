"""What a refusal says of this one occurrence, in the language asked for."""

from datetime import date
from uuid import uuid4

import pytest

from app.api.messages import detailed
from app.domain.actor import Role
from app.domain.assessments.rules import AssessmentIncomplete
from app.domain.caseload.rules import CaseloadFull
from app.domain.centres.rules import LimitAboveStatute
from app.domain.closures.rules import MotionMissing
from app.domain.errors import Refusal, Stale
from app.domain.families.rules import ForeignGmina, Sphere
from app.domain.goals.rules import PlanIncomplete
from app.domain.plans.rules import PlanAction, PlanState
from app.domain.visits.rules import EndsBeforeBegins, NotOfThisFamily
from app.domain.workflow import IllegalStep, NotYourRole

DAY = date(2026, 3, 10)
SOMEBODY = str(uuid4())
# The refusal; what is said after its title in Polish and in English.
SAID: dict[str, tuple[Refusal, str, str]] = {
    "numbers": (
        LimitAboveStatute(limit=15, asked=16),
        "Limit: 15; podana wartość: 16.",
        "Limit: 15; value given: 16.",
    ),
    "a version": (Stale(current=4), "Obecna wersja: 4.", "Present version: 4."),
    "a day": (
        CaseloadFull(families=15, limit=15, on=DAY),
        "Rodziny: 15; limit: 15; dzień: 10.03.2026.",
        "Families: 15; limit: 15; day: 2026-03-10.",
    ),
    "members of closed lists": (
        IllegalStep(state=PlanState.DRAFT, action=PlanAction.CONSULT),
        f"Stan: {PlanState.DRAFT.pl}; działanie: {PlanAction.CONSULT.pl}.",
        f"State: {PlanState.DRAFT.en}; action: {PlanAction.CONSULT.en}.",
    ),
    "several members": (
        NotYourRole(allowed=[Role.ASSISTANT, Role.MANAGER]),
        f"Dozwolone: {Role.ASSISTANT.pl}, {Role.MANAGER.pl}.",
        f"Allowed: {Role.ASSISTANT.en}, {Role.MANAGER.en}.",
    ),
    "yes and no": (
        Refusal(urgent=True, heard=False),
        "Pilne: tak; wysłuchano: nie.",
        "Urgent: yes; heard: no.",
    ),
    "hours": (
        EndsBeforeBegins(begins="11:00:00", ends="10:00:00"),
        "Godzina rozpoczęcia: 11:00:00; koniec: 10:00:00.",
        "Begins: 11:00:00; ends: 10:00:00.",
    ),
    "codes of gminas": (
        ForeignGmina(competent_gmina="0862011", centre_gmina="2061011"),
        "Gmina właściwa: 0862011; gmina ośrodka: 2061011.",
        "Competent gmina: 0862011; centre gmina: 2061011.",
    ),
    "places in a body": (
        PlanIncomplete(missing=["goals/0/actions/1/due_on", "goals/1/actions"]),
        "Brakuje: cele 1 działania 2 termin, cele 2 działania.",
        "Missing: goals 1 actions 2 due on, goals 2 actions.",
    ),
    "rules and spheres": (
        AssessmentIncomplete(
            missing=[f"spheres/{Sphere.HEALTH}", f"children/{SOMEBODY}"], rules=["E7"]
        ),
        f"Brakuje: sfery życia {Sphere.HEALTH.pl}, dzieci; reguły: E7 (art. 15 ust. 1 pkt 15).",
        f"Missing: spheres {Sphere.HEALTH.en}, children; rules: E7 (art. 15 ust. 1 pkt 15).",
    ),
    "other refusals": (
        MotionMissing(blockers=["motion_missing"]),
        f"Przeszkody: {MotionMissing.pl}",
        f"Blockers: {MotionMissing.en()}",
    ),
    "ids say nothing": (NotOfThisFamily(persons=[SOMEBODY]), "", ""),
    "nor does what is absent": (Refusal(until=None, person_id=uuid4(), missing=[]), "", ""),
    "no facts": (Stale(), "", ""),
}


@pytest.mark.parametrize(("refusal", "pl", "en"), SAID.values(), ids=SAID.keys())
def test_the_detail_says_the_facts_by_their_names(refusal: Refusal, pl: str, en: str) -> None:
    kind = type(refusal)
    assert detailed(refusal, "pl") == f"{kind.pl} {pl}".strip()
    assert detailed(refusal, "en") == f"{kind.en()} {en}".strip()
    assert SOMEBODY not in detailed(refusal, "pl")
