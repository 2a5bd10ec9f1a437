"""Act: a person's request is received, extended, answered or refused within its month."""

from typing import Any
from uuid import uuid4

import pytest

from app.domain.cases.rules import CaseState
from app.domain.families.rules import ParentalAuthority
from app.domain.families.tables import Person as Member
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.rights import add_father, asked, receive

STATE = CaseState.IN_PROGRESS
HANDED = {"handed_over_on": "2026-03-10", "channel": "in_person", "identity_confirmed": True}
REFUSED = {"refused_on": "2026-03-10", "ground": "not_identified", "reason": "Brak odpowiedzi."}
LONGER = {"months": 2, "reason": "Akta są w archiwum zakładowym."}


async def _act(api: Api, request: dict[str, Any], what: str, said: Any) -> Any:
    path = f"/rights-requests/{request['id']}/{what}"
    return await api.as_(HERE.manager).post(path, said, version=request["version"])


@pytest.mark.rule("RODO12.3")
async def test_a_request_is_due_in_a_month(api: Api, world: World) -> None:
    made = await make_case(world, STATE)
    request = await receive(api, made.mother)
    assert (request["due_on"], request["state"]) == ("2026-04-10", "open")
    assert request["standing"] == "upcoming"
    assert [a["action"] for a in request["allowed_actions"]] == [
        *("extend", "hand_over", "grant_erasure", "refuse")
    ]


@pytest.mark.parametrize("person", [HERE.social_worker, HERE.assistant, HERE.coordinator])
async def test_the_manager_alone_keeps_the_register(api: Api, world: World, person: Any) -> None:
    made = await make_case(world, STATE)
    request = await receive(api, made.mother)
    caller = api.as_(person)
    answer = await caller.post("/rights-requests", asked(made.mother))
    problem_of(answer, 403, "not_your_role")
    for path in ("/rights-requests", f"/rights-requests/{request['id']}/package"):
        problem_of(await caller.get(path), 403, "not_your_role")


async def test_nobody_is_asked_for_in_another_centre(api: Api, world: World) -> None:
    made = await make_case(world, STATE)
    answer = await api.as_(ELSEWHERE.manager).post("/rights-requests", asked(made.mother))
    problem_of(answer, 404, "not_found")


@pytest.mark.rule("RODO12.6")
async def test_a_representative_shows_a_document(api: Api, world: World) -> None:
    made = await make_case(world, STATE)
    said = asked(made.child, requester="legal_representative")
    problem_of(await api.as_(HERE.manager).post("/rights-requests", said), 422, "RODO12.6")
    request = await receive(api, made.child, **said | {"representation_ref": "Odpis aktu"})
    assert request["representation_ref"] == "Odpis aktu"


@pytest.mark.rule("RODO12.3")
async def test_the_month_is_extended_once_from_the_day_it_came(api: Api, world: World) -> None:
    made = await make_case(world, STATE)
    request = await receive(api, made.mother)
    extended = await _act(api, request, "extension", LONGER)
    assert (extended.status_code, extended.json()["due_on"]) == (200, "2026-06-10")
    problem_of(await _act(api, extended.json(), "extension", LONGER), 409, "RODO12.3")


@pytest.mark.rule("RODO12.3")
@pytest.mark.parametrize(("days", "status"), [(31, 200), (32, 409)])
async def test_an_extension_is_told_within_the_month(
    api: Api, world: World, days: int, status: int
) -> None:
    made = await make_case(world, STATE)
    request = await receive(api, made.mother)
    api.clock.travel(days=days)
    assert (await _act(api, request, "extension", LONGER)).status_code == status


@pytest.mark.rule("RODO12.6")
async def test_data_are_handed_over_to_the_right_person_and_that_ends_it(
    api: Api, world: World
) -> None:
    made = await make_case(world, STATE)
    request = await receive(api, made.mother, identity_confirmed=False)
    unknown = HANDED | {"identity_confirmed": False}
    problem_of(await _act(api, request, "hand-over", unknown), 409, "RODO12.6")
    done = await _act(api, request, "hand-over", HANDED)
    said = done.json()
    assert (said["state"], said["closed_on"], said["standing"]) == ("answered", "2026-03-10", None)
    assert said["identity_confirmed"]
    problem_of(await _act(api, said, "refusal", REFUSED), 409, "illegal_step")


@pytest.mark.rule("RODO12.4")
async def test_a_refusal_names_its_ground(api: Api, world: World) -> None:
    made = await make_case(world, STATE)
    request = await receive(api, made.mother)
    early = REFUSED | {"refused_on": "2026-03-09"}
    problem_of(await _act(api, request, "refusal", early), 422, "RODO12.3")
    said = (await _act(api, request, "refusal", REFUSED)).json()
    assert (said["state"], said["refusal_ground"]) == ("refused", "not_identified")


@pytest.mark.rule("RODO12.3")
async def test_an_open_request_waits_for_the_manager(api: Api, world: World) -> None:
    made = await make_case(world, STATE)
    late = await receive(api, made.mother, received_on="2026-02-09")
    soon = await receive(api, made.mother, received_on="2026-02-10")
    await _act(api, await receive(api, made.child), "refusal", REFUSED)
    waiting = (await api.as_(HERE.manager).get("/worklist")).json()["rights_requests"]
    assert [(w["id"], w["standing"]) for w in waiting] == [
        (late["id"], "overdue"),
        (soon["id"], "due_soon"),
    ]
    for other in (HERE.assistant, HERE.social_worker):
        assert (await api.as_(other).get("/worklist")).json()["rights_requests"] == []


async def test_requests_are_listed_by_state(api: Api, world: World) -> None:
    made = await make_case(world, STATE)
    request = await receive(api, made.mother)
    for state, ids in (("open", [request["id"]]), ("refused", [])):
        answer = await api.as_(HERE.manager).get(f"/rights-requests?state={state}")
        assert [found["id"] for found in answer.json()["items"]] == ids


async def _with_father(world: World, **said: Any) -> tuple[MadeCase, Any]:
    made = await make_case(world, STATE)
    father = await add_father(world, made, **said)
    return made, father


def _for_child(made: MadeCase, **said: Any) -> dict[str, Any]:
    document = {"representation_ref": "Odpis aktu urodzenia"}
    return asked(made.child, requester="legal_representative") | document | said


@pytest.mark.rule("KRO98.1")
@pytest.mark.parametrize(
    ("authority", "status"),
    [("full", 201), ("limited", 201), ("suspended", 409), ("deprived", 409), ("none", 409)],
)
async def test_a_parent_speaks_for_a_child_by_their_authority(
    api: Api, world: World, authority: str, status: int
) -> None:
    made, father = await _with_father(world, parental_authority=authority)
    said = _for_child(made, representative_id=str(father))
    answer = await api.as_(HERE.manager).post("/rights-requests", said)
    assert answer.status_code == status, answer.text
    if status == 409:
        problem_of(answer, 409, "KRO98.1")
    else:
        assert answer.json()["representative_id"] == str(father)


@pytest.mark.rule("KRO98.1")
async def test_who_asks_is_named_where_not_every_parent_may(api: Api, world: World) -> None:
    made, father = await _with_father(world, parental_authority="deprived")
    caller = api.as_(HERE.manager)
    problem_of(await caller.post("/rights-requests", _for_child(made)), 422, "KRO98.1")
    for stranger in (made.child, uuid4()):
        said = _for_child(made, representative_id=str(stranger))
        problem_of(await caller.post("/rights-requests", said), 422, "KRO98.1")
    mother = _for_child(made, representative_id=str(made.mother))
    assert (await caller.post("/rights-requests", mother)).status_code == 201
    of_father = asked(father, requester="legal_representative", representation_ref="Postanowienie")
    assert (await caller.post("/rights-requests", of_father)).status_code == 201, "an adult"


@pytest.mark.rule("KRO98.1")
async def test_nothing_is_handed_to_who_has_lost_authority_meanwhile(
    api: Api, world: World
) -> None:
    made, father = await _with_father(world, parental_authority="full")
    request = await receive(api, made.child, **_for_child(made, representative_id=str(father)))
    async with world.acting() as act:
        (await act.find(Member, father)).parental_authority = ParentalAuthority.DEPRIVED
    problem_of(await _act(api, request, "hand-over", HANDED), 409, "KRO98.1")
