"""Diagnoses as assistants write them."""

from typing import Any

from app.domain.families.rules import Sphere
from tests.factories.cases import MadeCase


def spheres(*left_out: Sphere) -> list[dict[str, str]]:
    """Write a finding for every sphere but those left out."""
    return [
        {"sphere": sphere.value, "level": "at_risk", "description": "Wymaga wsparcia."}
        for sphere in Sphere
        if sphere not in left_out
    ]


def child_said(person_id: object, **changes: Any) -> dict[str, Any]:
    """Write of a child that was heard."""
    said = {"person_id": str(person_id), "needs": "Spokojne miejsce do nauki.", "heard": True}
    return said | changes


def diagnosis_said(made: MadeCase, **changes: Any) -> dict[str, Any]:
    """Write the diagnosis of 10 March 2026 with all spheres and the one child."""
    said: dict[str, Any] = {
        "made_on": "2026-03-10",
        "spheres": spheres(),
        "parenting": "Rodzice stosują niespójne metody wychowawcze.",
        "strengths": ["silna więź z dzieckiem", "gotowość do zmiany"],
        "resources_held": "Mieszkanie komunalne.",
        "resources_at_risk": "Zatrudnienie matki.",
        "resources_missing": "Wsparcie bliskich.",
        "crisis_causes": "Utrata pracy; zadłużenie czynszowe.",
        "children": [child_said(made.child)],
        "supporting_persons": [{"name": "Halina Wrzosek", "relation": "sąsiadka"}],
    }
    return said | changes
