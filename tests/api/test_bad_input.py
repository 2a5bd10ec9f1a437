"""Bad input to the acts of the procedure: a clear refusal, nothing stored, nothing echoed."""

from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from app.domain.cases.rules import CaseState
from tests.factories.accounts import Login, make_login, sign_in
from tests.factories.api import Api, problem_of
from tests.factories.bodies import Place
from tests.factories.cases import make_case
from tests.factories.commands import COMMANDS, Command
from tests.factories.families import record
from tests.factories.hostile import LONG
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.plans import action, goal
from tests.factories.stored import rows
from tests.factories.visits import visit_said
from tests.factories.walks import Walk

ELSEWHERES = str(ELSEWHERE.assistant.id)
NOBODYS = str(uuid4())
WORK = CaseState.FIRST_VISIT_DONE
MERGE = {"content-type": "application/merge-patch+json"}
BY_NAME = {command.name: command for command in reversed(COMMANDS)}

# What is wrong; the state in which it would be said rightly; which field says it; how.
WRONG: list[tuple[str, CaseState, str, dict[str, Any], str]] = [
    ("a visit of tomorrow", WORK, "visits", {"held_on": "2026-03-11"}, "visit_in_future"),
    (
        "a visit before the work",
        WORK,
        "visits",
        {"held_on": "2026-03-09"},
        "visit_before_assignment",
    ),
    (
        "a visit that ends first",
        WORK,
        "visits",
        {"begins": "11:00", "ends": "10:00"},
        "ends_before_begins",
    ),
    ("a visit on no day", WORK, "visits", {"held_on": "2026-02-30"}, "invalid"),
    ("a visit to nobody known", WORK, "visits", {"present": [NOBODYS]}, "not_of_this_family"),
    ("a visit to strangers", WORK, "visits", {"present": [ELSEWHERES]}, "not_of_this_family"),
    ("a control character", WORK, "visits", {"notes": "a\u0007b"}, "invalid"),
    ("a terminal's command", WORK, "visits", {"topics": "\u001b[2J"}, "invalid"),
    ("a null character", WORK, "visits", {"notes": "a\u0000b"}, "invalid"),
    ("a note too long", WORK, "visits", {"notes": LONG + "ż"}, "invalid"),
    (
        "an interview before the signal",
        CaseState.SIGNAL_RECEIVED,
        "interviews",
        {"started_on": "2026-03-09"},
        "B1",
    ),
    (
        "an interview of tomorrow",
        CaseState.SIGNAL_RECEIVED,
        "interviews",
        {"started_on": "2026-03-11"},
        "B1",
    ),
    (
        "a plan that was due",
        CaseState.DIAGNOSIS_DONE,
        "plans",
        {"goals": [goal(action(due_on="2026-03-09"))]},
        "E1",
    ),
    ("a plan with nobody", CaseState.DIAGNOSIS_DONE, "plans", {"participants": [NOBODYS]}, "E2"),
    (
        "a plan of strangers",
        CaseState.DIAGNOSIS_DONE,
        "plans",
        {"participants": [ELSEWHERES]},
        "E2",
    ),
    (
        "a placement tomorrow",
        CaseState.IN_PROGRESS,
        "placements",
        {"starts_on": "2026-03-11"},
        "placement_date_wrong",
    ),
    ("a stranger's child", CaseState.IN_PROGRESS, "placements", {"person_id": ELSEWHERES}, "A5"),
    (
        "a stranger's consent",
        CaseState.OFFER_PRESENTED,
        "consents",
        {"signer_ids": [ELSEWHERES]},
        "A1",
    ),
    (
        "a consent of tomorrow",
        CaseState.OFFER_PRESENTED,
        "consents",
        {"signed_on": "2026-03-11"},
        "A2",
    ),
]


def _refused(response: Response, said: object, code: str) -> None:
    assert response.status_code in {404, 409, 422}, response.text
    assert response.json()["code"] == code, response.text
    for value in _texts(said):
        assert value not in response.text, "what came in does not come out"


def _texts(said: object) -> list[str]:
    """Return what somebody wrote, as far as it is personal: texts, no days and no ids."""
    if isinstance(said, dict):
        return [text for value in said.values() for text in _texts(value)]
    return [said] if isinstance(said, str) and (" " in said or "\x00" in said) else []


@pytest.mark.parametrize(
    ("state", "name", "changes", "code"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
async def test_what_cannot_be_is_refused_and_leaves_nothing(
    api: Api, world: World, state: CaseState, name: str, changes: dict[str, Any], code: str
) -> None:
    walk = Walk(api, world, await make_case(world, state))
    place, before = await walk.place(), await rows(world)
    said = (BY_NAME[name].said(place) or {}) | changes
    _refused(await walk.give(BY_NAME[name], place, said=said), changes, code)
    assert await rows(world) == before


PARTS = [
    pytest.param(c, id=f"{c.name} {n}") for n, c in enumerate(COMMANDS) if c.path[:8] != "/signals"
]


@pytest.mark.rule("K11")
@pytest.mark.parametrize("command", PARTS)
async def test_a_part_of_another_centre_does_not_exist(
    api: Api, world: World, command: Command
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS, ELSEWHERE)
    shown = (await api.as_(ELSEWHERE.manager).get(f"/cases/{made.case}")).json()
    parts: tuple[dict[str, str | None], ...] = (shown["links"], {})
    for links in parts:
        place, before = Place(made, api.clock.today, links), await rows(world)
        response = await api.as_(command.who).send(
            command.method,
            command.address(place),
            json=command.said(place),
            version=1,
            headers=MERGE if command.method == "PATCH" else None,
        )
        problem_of(response, 404, "not_found")
        assert await rows(world) == before


PESELS = ["44051401358", "00000000000", "4405140135", "440514013599", "4405140135a", "90023012345"]


@pytest.mark.rule("K1")
@pytest.mark.parametrize("pesel", PESELS)
async def test_a_pesel_that_cannot_be_is_refused(api: Api, world: World, pesel: str) -> None:
    family = await record(api.as_(HERE.social_worker))
    before = await rows(world)
    said = {"first_name": "Staś", "last_name": "Żółkiewski", "role": "child", "pesel": pesel}
    path = f"/families/{family['id']}/members"
    response = await api.as_(HERE.social_worker).post(path, said)
    problem_of(response, 422, "invalid")
    assert pesel not in response.text
    assert await rows(world) == before


async def test_what_people_write_comes_back_as_they_wrote_it(api: Api, world: World) -> None:
    made = await make_case(world, WORK)
    assert len(LONG) == 20_000
    recorded = await api.as_(HERE.assistant).post(
        f"/cases/{made.case}/visits", visit_said(made, notes=LONG)
    )
    assert recorded.status_code == 201, recorded.text
    shown = await api.as_(HERE.assistant).get(f"/visits/{recorded.json()['id']}")
    assert shown.json()["notes"] == LONG


async def _tokens(api: Api, world: World) -> dict[str, str]:
    login: Login = await make_login(world)
    tokens = await sign_in(api, login)
    header, payload, signature = tokens["access_token"].split(".")
    return {
        "refresh": tokens["refresh_token"],
        "no signature": f"{header}.{payload}.",
        "swapped": f"{payload}.{header}.{signature}",
        "twice": f"{tokens['access_token']}.{signature}",
    }


KINDS = ["refresh", "no signature", "swapped", "twice"]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_no_access_token_opens_nothing(api: Api, world: World, kind: str) -> None:
    made = await make_case(world, WORK)
    token = (await _tokens(api, world))[kind]
    before = await rows(world)
    nobody, headers = api.as_(None), {"authorization": f"Bearer {token}"}
    read = await nobody.get(f"/cases/{made.case}", headers=headers)
    wrote = await nobody.post(f"/cases/{made.case}/visits", visit_said(made), headers=headers)
    for response in (read, wrote):
        problem_of(response, 401, "not_signed_in")
        assert token not in response.text
    assert await rows(world) == before
