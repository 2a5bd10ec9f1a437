"""What people say in a plan, and cases that have one."""

from dataclasses import dataclass
from typing import Any

from app.domain.cases.rules import CaseState
from tests.factories.api import Api
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import HERE, World

TODAY = "2026-03-10"


def action(**changes: Any) -> dict[str, Any]:
    """Say one action, due in a month."""
    said = {
        "action": "Rozmowa z dzielnicową o dopłacie do czynszu",
        "due_on": "2026-04-10",
        "expected_effect": "Złożony wniosek o dodatek mieszkaniowy",
        "who": "both",
        "task": "household",
    }
    return said | changes


def goal(*actions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Say one goal of the family with its actions (one, where none is given)."""
    said = {
        "sphere": "living",
        "goal": "Spłacone zaległości czynszowe",
        "owner": "client",
        "actions": list(actions) or [action()],
    }
    return said | changes


def plan(made: MadeCase, **changes: Any) -> dict[str, Any]:
    """Say a whole plan, made with the mother, valid from today."""
    said = {
        "goals": [goal()],
        "participants": [str(made.mother)],
        "resources": "Wsparcie babci, stała praca matki",
        "valid_from": TODAY,
    }
    return said | changes


@dataclass(slots=True)
class MadePlan:
    """A plan as the API told it; `version` is its present ETag."""

    made: MadeCase
    id: str
    version: int
    body: dict[str, Any]

    @property
    def path(self) -> str:
        """Return the plan's address."""
        return f"/plans/{self.id}"

    @property
    def action(self) -> str:
        """Return the id of the first action."""
        return str(self.body["goals"][0]["actions"][0]["id"])

    def blocked(self) -> dict[str, str | None]:
        """Return of each action what stands against it: a rule's id, or None."""
        shown = self.body["allowed_actions"]
        return {found["action"]: None if found["allowed"] else found["rule"] for found in shown}


async def draft(api: Api, world: World, made: MadeCase | None = None, **said: Any) -> MadePlan:
    """Let the assistant draft the first plan of a diagnosed family."""
    made = made or await make_case(world, CaseState.DIAGNOSIS_DONE)
    response = await api.as_(HERE.assistant).post(f"/cases/{made.case}/plans", plan(made, **said))
    assert response.status_code == 201, response.text
    body = response.json()
    return MadePlan(made, body["id"], body["version"], body)


async def consult(api: Api, found: MadePlan) -> None:
    """Let the social worker consult the draft today."""
    said = {"consulted_on": TODAY, "opinion": "Plan odpowiada potrzebom rodziny"}
    worker = api.as_(HERE.social_worker)
    response = await worker.post(f"{found.path}/consultation", said, version=found.version)
    assert response.status_code == 200, response.text
    found.body, found.version = response.json(), response.json()["version"]


async def activate(api: Api, found: MadePlan) -> None:
    """Let the assistant activate the plan, signed by the mother."""
    said = {"signed_by": [str(found.made.mother)]}
    assistant = api.as_(HERE.assistant)
    response = await assistant.post(f"{found.path}/activation", said, version=found.version)
    assert response.status_code == 200, response.text
    found.body, found.version = response.json(), response.json()["version"]


async def active(api: Api, world: World, made: MadeCase | None = None, **said: Any) -> MadePlan:
    """Take a plan through consultation to its activation."""
    found = await draft(api, world, made, **said)
    await consult(api, found)
    await activate(api, found)
    return found


async def revise(api: Api, found: MadePlan, **changes: Any) -> MadePlan:
    """Draft the next version, with what the active one says and a reason."""
    kept = {name: found.body[name] for name in ("goals", "participants", "resources", "valid_from")}
    said = kept | {"reason": "Rodzina zmieniła mieszkanie"} | changes
    response = await api.as_(HERE.assistant).post(f"/cases/{found.made.case}/plans", said)
    assert response.status_code == 201, response.text
    body = response.json()
    return MadePlan(found.made, body["id"], body["version"], body)
