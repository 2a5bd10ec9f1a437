"""No family is without anybody unnoticed: whoever could do nothing today is the manager's task."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.assignments import accept, make_assigned, substitution, suspend, transfer
from tests.factories.cases import make_case, make_family
from tests.factories.covers import ask_cover, set_cover
from tests.factories.hiring import AUTHORISED
from tests.factories.people import HERE, Person, World
from tests.factories.placements import add_placement
from tests.factories.referrals import make_referral
from tests.factories.scopes import TODAY

DAY = timedelta(days=1)
WAYS = ("suspended", "blocked", "not authorised", "not admitted")


async def _put_out(world: World, person: Person, how: str) -> None:
    if how == "suspended":
        await suspend(world, person, TODAY)
        return
    commands = {
        "blocked": "UPDATE account SET active = false WHERE id = :id",
        "not authorised": "UPDATE data_authorisation SET valid_to = app.today() - 1"
        " WHERE account_id = :id",
        "not admitted": "UPDATE staff_profile SET state = 'draft' WHERE id = :id",
    }
    async with world.acting() as act:
        await act.session.execute(text(commands[how]), {"id": person.id})


async def _worklist(api: Api, person: Person = HERE.manager) -> dict[str, Any]:
    answer = await api.as_(person).get("/worklist")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _needed(api: Api, kind: str = "substitute_needed") -> list[str]:
    waiting = (await _worklist(api))["waiting"]
    return [task["case_id"] for task in waiting if task["kind"] == kind]


# The assistant.


@pytest.mark.rule("C10")
@pytest.mark.rule("K3")
@pytest.mark.parametrize("how", WAYS)
async def test_a_family_whose_assistant_can_do_nothing_waits_for_the_manager(
    api: Api, world: World, how: str
) -> None:
    _, made = await make_assigned(api, world)
    assert await _needed(api) == []
    await _put_out(world, HERE.assistant, how)
    assert await _needed(api) == [str(made.case)]
    (task,) = [t for t in (await _worklist(api))["waiting"] if t["kind"] == "substitute_needed"]
    assert task["since"] == str(TODAY)
    others = (await _worklist(api, HERE.social_worker))["waiting"]
    assert "substitute_needed" not in {task["kind"] for task in others}


async def _substituted(api: Api, world: World, last: date = TODAY + DAY) -> str:
    _, made = await make_assigned(api, world)
    said = substitution(HERE.other_assistant, TODAY, last)
    answer = await api.as_(HERE.manager).post(f"/cases/{made.case}/substitutions", said)
    assert answer.status_code == 201, answer.text
    return str(made.case)


@pytest.mark.rule("C10")
@pytest.mark.parametrize("how", WAYS)
async def test_a_substitute_who_can_do_nothing_is_no_substitute(
    api: Api, world: World, how: str
) -> None:
    case = await _substituted(api, world)
    await _put_out(world, HERE.assistant, how)
    assert await _needed(api) == [], "somebody else is in charge"
    await _put_out(world, HERE.other_assistant, how)
    assert await _needed(api) == [case], "once, for the one in charge"
    api.clock.travel(days=2)
    assert await _needed(api) == [case], "and for the first one afterwards"


@pytest.mark.rule("C10")
async def test_a_substitute_who_is_suspended_alone_is_noticed_too(api: Api, world: World) -> None:
    case = await _substituted(api, world)
    await suspend(world, HERE.other_assistant, TODAY)
    assert await _needed(api) == [case]
    api.clock.travel(days=2)
    assert await _needed(api) == [], "the first assistant is back"


@pytest.mark.rule("C10")
async def test_who_covers_does_the_work_as_long_as_they_may(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    await set_cover(api, HERE.assistant, HERE.other_assistant, TODAY, TODAY)
    await suspend(world, HERE.assistant, TODAY)
    assert await _needed(api) == []
    await suspend(world, HERE.other_assistant, TODAY)
    assert await _needed(api) == [str(made.case)]


@pytest.mark.rule("C10")
async def test_whoever_covers_and_is_suspended_leaves_a_family_alone(
    api: Api, world: World
) -> None:
    _, made = await make_assigned(api, world)
    await set_cover(api, HERE.assistant, HERE.other_assistant, TODAY, TODAY)
    await suspend(world, HERE.other_assistant, TODAY)
    assert await _needed(api) == [str(made.case)]
    api.clock.travel(days=1)
    assert await _needed(api) == [], "the cover is over, the assistant is back"


# Coordinators and social workers.


@pytest.mark.rule("C10")
@pytest.mark.rule("G7")
async def test_a_child_in_care_whose_coordinator_can_do_nothing_waits_for_the_manager(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    await add_placement(world, made, coordinator=HERE.coordinator)
    assert await _needed(api, "coordinator_needed") == []
    await suspend(world, HERE.coordinator, TODAY)
    assert await _needed(api, "coordinator_needed") == [str(made.case)]


@pytest.mark.rule("C10")
async def test_a_case_whose_social_worker_can_do_nothing_waits_until_it_ends(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.DIAGNOSED)
    await make_case(world, CaseState.NO_NEED)
    await suspend(world, HERE.social_worker, TODAY)
    assert await _needed(api, "social_worker_needed") == [str(made.case)]


# Nobody who can do nothing is given a family.


@pytest.mark.rule("C10")
@pytest.mark.rule("K3")
@pytest.mark.parametrize(
    ("how", "kind"),
    [("blocked", "worker_blocked"), ("not authorised", "worker_not_authorised")],
)
async def test_who_could_not_see_a_family_is_given_none(
    api: Api, world: World, how: str, kind: str
) -> None:
    referral, _ = await make_referral(world, CaseState.UNDER_ANALYSIS)
    _, other = await make_assigned(api, world, HERE.assistant)
    await _put_out(world, HERE.other_assistant, how)
    manager, path = api.as_(HERE.manager), f"/cases/{other.case}"
    given = [
        await accept(api, referral, HERE.other_assistant),
        await manager.post(
            f"{path}/substitutions", substitution(HERE.other_assistant, TODAY, TODAY)
        ),
        await manager.post(
            f"{path}/transfers", transfer(HERE.other_assistant, TODAY), version=other.version
        ),
        await ask_cover(api, HERE.assistant, HERE.other_assistant, TODAY, TODAY),
    ]
    for answer in given:
        problem = problem_of(answer, 409, "K3")
        assert problem["type"].endswith(kind)


@pytest.mark.rule("K3")
async def test_a_family_is_given_for_the_days_of_the_authorisation(api: Api, world: World) -> None:
    _, made = await make_assigned(api, world)
    async with world.acting() as act:
        query = "UPDATE data_authorisation SET valid_to = app.today() WHERE account_id = :id"
        await act.session.execute(text(query), {"id": HERE.other_assistant.id})
    path = f"/cases/{made.case}/substitutions"
    later = substitution(HERE.other_assistant, TODAY + DAY, TODAY + DAY)
    problem_of(await api.as_(HERE.manager).post(path, later), 409, "K3")
    today = substitution(HERE.other_assistant, TODAY, TODAY)
    assert (await api.as_(HERE.manager).post(path, today)).status_code == 201


# Before an authorisation ends.


@pytest.mark.rule("K3")
async def test_the_manager_knows_of_an_authorisation_before_it_ends(api: Api) -> None:
    path = f"/staff/{HERE.assistant.id}/data-authorisations"
    manager = api.as_(HERE.manager)
    (present,) = (await manager.get(path)).json()["items"]
    await manager.post(f"{path}/{present['id']}/end", {"ends_on": "2026-03-25"}, version=1)
    assert (await _worklist(api))["authorisations_ending"] == []
    api.clock.travel(days=1)
    (ending,) = (await _worklist(api))["authorisations_ending"]
    assert (ending["id"], ending["valid_to"]) == (present["id"], "2026-03-25")
    assert ending["person"]["id"] == str(HERE.assistant.id)
    assert (await _worklist(api, HERE.social_worker))["authorisations_ending"] == []
    api.clock.go_to(date(2026, 3, 25))
    assert (await _worklist(api))["authorisations_ending"], "its last day"
    await manager.post(path, AUTHORISED | {"valid_from": "2026-03-26"})
    assert (await _worklist(api))["authorisations_ending"] == [], "another one follows"


# A new signal.


async def _signal(world: World) -> dict[str, Any]:
    async with world.acting() as act:
        family = await make_family(act)
    return {
        "family_id": str(family.id),
        "received_on": str(TODAY),
        "source": "institution",
        "institution": "Szkoła Podstawowa nr 2",
        "description": "Dziecko nie chodzi do szkoły.",
        "urgent": True,
    }


@pytest.mark.rule("B12")
@pytest.mark.rule("C10")
@pytest.mark.parametrize("how", WAYS)
async def test_a_signal_goes_to_nobody_who_can_do_nothing(api: Api, world: World, how: str) -> None:
    await _put_out(world, HERE.social_worker, how)
    said = await _signal(world)
    manager = api.as_(HERE.manager)
    problem_of(await manager.post("/signals", said), 422, "B12")
    named = said | {"social_worker_id": str(HERE.social_worker.id)}
    problem_of(await manager.post("/signals", named), 422, "B12")
    other = said | {"social_worker_id": str(HERE.other_social_worker.id)}
    taken = await manager.post("/signals", other)
    assert taken.json()["social_worker"]["id"] == str(HERE.other_social_worker.id)


@pytest.mark.rule("B12")
@pytest.mark.rule("C10")
async def test_a_signal_goes_to_whose_work_somebody_does(api: Api, world: World) -> None:
    absent, by = HERE.social_worker, HERE.other_social_worker
    await set_cover(api, absent, by, TODAY, TODAY)
    await suspend(world, absent, TODAY)
    said = await _signal(world)
    taken = await api.as_(HERE.manager).post("/signals", said)
    assert taken.status_code == 201, taken.text
    assert taken.json()["social_worker"]["id"] == str(absent.id)
    assert (await api.as_(by).get(taken.headers["location"])).status_code == 200
