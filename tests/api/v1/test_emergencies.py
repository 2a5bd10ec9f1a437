"""Act: somebody opens a file in an emergency; the manager is told and reviews it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import MadeCase, make_case
from tests.factories.covers import put_settings
from tests.factories.emergencies import ask, named, open_file, reads
from tests.factories.people import ELSEWHERE, HERE, Person, World
from tests.factories.visits import visit_said

OPENERS = (HERE.other_assistant, HERE.other_social_worker, HERE.coordinator)
OTHER = HERE.other_assistant
BY_NAME = pytest.mark.parametrize("person", OPENERS, ids=[person.name for person in OPENERS])


@pytest.fixture
async def made(world: World) -> MadeCase:
    """Put a family of somebody else to work."""
    return await make_case(world, CaseState.IN_PROGRESS)


@pytest.mark.rule("K11.1")
@BY_NAME
async def test_whoever_works_with_families_opens_one_file_by_its_handle(
    api: Api, made: MadeCase, person: Person
) -> None:
    assert not await reads(api, person, made.family)
    opened = await open_file(api, person)
    assert opened["family_id"] == str(made.family)
    assert opened["opened_by"]["id"] == str(person.id)
    assert (opened["opened_at"], opened["ends_at"]) == (
        "2026-03-10T09:00:00.000000Z",
        "2026-03-11T09:00:00.000000Z",
    )
    assert await reads(api, person, made.family)
    assert (await api.as_(person).get(f"/cases/{made.case}")).status_code == 200


@pytest.mark.rule("K11.1")
async def test_the_right_ends_by_the_clock_at_the_instant(api: Api, made: MadeCase) -> None:
    await open_file(api, OTHER, hours=2)
    for minutes, sees in ((119, True), (1, False)):
        api.clock.travel(minutes=minutes)
        assert await reads(api, OTHER, made.family) is sees
    api.clock.instant -= timedelta(microseconds=1)
    assert await reads(api, OTHER, made.family)


@pytest.mark.rule("K11.1")
async def test_a_repeat_gets_its_answer_as_long_as_the_file_is_open(
    api: Api, made: MadeCase
) -> None:
    said = await named(api, OTHER) | {"reason": "child_in_danger", "justification": "Telefon."}
    said |= {"hours": 2}
    path, headers = "/emergency-accesses", {"idempotency-key": "one-intention"}
    first = await api.as_(OTHER).post(path, said, headers=headers)
    assert first.status_code == 201, made.family
    again = await api.as_(OTHER).post(path, said, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    api.clock.travel(minutes=120)
    problem_of(await api.as_(OTHER).post(path, said, headers=headers), 404, "not_found")


@pytest.mark.rule("K11.1")
async def test_the_centre_may_allow_fewer_hours(api: Api, made: MadeCase) -> None:
    assert made.family
    await put_settings(api, emergency_access_hours=4)
    problem = problem_of(await ask(api, OTHER, hours=5), 422, "K11.1")
    assert problem["facts"] == {"limit": 4, "asked": 5}
    assert (await open_file(api, OTHER))["ends_at"] == "2026-03-10T13:00:00.000000Z"


@pytest.mark.parametrize("hours", [0, 25])
async def test_never_more_than_a_day(api: Api, made: MadeCase, hours: int) -> None:
    assert made.family
    problem_of(await ask(api, OTHER, hours=hours), 422, "invalid")


@pytest.mark.rule("K11.1")
@pytest.mark.parametrize("missing", ["reason", "justification"])
async def test_a_reason_is_required(api: Api, made: MadeCase, missing: str) -> None:
    assert made.family
    problem_of(await ask(api, OTHER, **{missing: None}), 422, "invalid")


async def test_a_file_of_ones_own_needs_no_emergency(api: Api, made: MadeCase) -> None:
    for person in (HERE.assistant, HERE.social_worker):
        response = await ask(api, person)
        assert problem_of(response, 409, "K11.1")["type"].endswith("family_in_scope")
    problem_of(await api.as_(HERE.manager).post("/emergency-accesses", {}), 403, "not_your_role")
    assert made.family


async def test_an_open_file_is_not_opened_again_but_one_that_was_closed_is(
    api: Api, made: MadeCase
) -> None:
    await open_file(api, OTHER, hours=1)
    response = await ask(api, OTHER)
    assert problem_of(response, 409, "K11.1")["type"].endswith("emergency_open_already")
    api.clock.travel(minutes=60)
    await open_file(api, OTHER)
    assert await reads(api, OTHER, made.family)


@pytest.mark.rule("K11.1")
async def test_the_search_must_be_ones_own_and_fresh_and_have_named_it(
    api: Api, made: MadeCase
) -> None:
    assert made.family
    theirs = await named(api, HERE.coordinator)
    problem_of(await ask(api, OTHER, search_id=theirs["search_id"]), 409, "K1")
    stray = await ask(api, OTHER, candidate=theirs["candidate"])
    assert problem_of(stray, 422, "K11.1")["type"].endswith("candidate_unknown")
    said = await named(api, OTHER)
    api.clock.travel(minutes=61)
    problem_of(await ask(api, OTHER, **said), 409, "K1")


async def test_no_handle_of_another_centre_opens_anything(api: Api, world: World) -> None:
    await make_case(world, CaseState.IN_PROGRESS)
    await make_case(world, CaseState.IN_PROGRESS, ELSEWHERE)
    theirs = await named(api, ELSEWHERE.other_assistant)
    problem_of(await ask(api, OTHER, candidate=theirs["candidate"]), 422, "K11.1")


@pytest.mark.rule("K11.1")
async def test_nothing_in_the_file_can_be_changed(api: Api, made: MadeCase) -> None:
    await open_file(api, OTHER)
    response = await api.as_(OTHER).post(f"/cases/{made.case}/visits", visit_said(made))
    problem_of(response, 404, "not_found")
    worker = HERE.other_social_worker
    await open_file(api, worker)
    change = {"surname": "Nowak"}
    response = await api.as_(worker).patch(f"/families/{made.family}", change, version=1)
    problem_of(response, 404, "not_found")


@pytest.mark.rule("K11.1")
@BY_NAME
async def test_no_list_over_many_families_and_no_worklist_shows_it(
    api: Api, world: World, made: MadeCase, person: Person
) -> None:
    hidden = await make_case(world, CaseState.IN_PROGRESS)
    caller = api.as_(person)
    before = (await caller.get("/worklist")).json()["counts"]
    opened = await open_file(api, person)
    for path in ("/families", "/cases", "/deadlines"):
        assert (await caller.get(path)).json()["items"] == [], path
    assert (await caller.get("/worklist")).json()["counts"] == before
    other = {str(made.family), str(hidden.family)} - {opened["family_id"]}
    assert (await caller.get(f"/families/{other.pop()}")).status_code == 404


@pytest.mark.rule("K11.1")
async def test_the_manager_is_told_at_once_until_somebody_has_reviewed_it(
    api: Api, made: MadeCase
) -> None:
    opened = await open_file(api, OTHER)
    manager = api.as_(HERE.manager)
    desk = (await manager.get("/worklist")).json()
    assert desk["counts"]["emergencies"] == 1
    assert desk["emergencies"][0]["id"] == opened["id"]
    assert desk["emergencies"][0]["justification"] == opened["justification"]
    assert "emergency_opened" in [news["type"] for news in desk["new"]]
    for person in (OTHER, HERE.assistant, HERE.social_worker, ELSEWHERE.manager):
        assert (await api.as_(person).get("/worklist")).json()["emergencies"] == []
    api.clock.travel(days=30)
    assert (await manager.get("/worklist")).json()["counts"]["emergencies"] == 1
    said = {"outcome": "justified", "note": "Dziecko zabezpieczono u babci."}
    path = f"/emergency-accesses/{opened['id']}/review"
    done = await manager.post(path, said, version=1)
    assert (done.json()["outcome"], done.json()["reviewed_by"]["id"]) == (
        "justified",
        str(HERE.manager.id),
    )
    assert (await manager.get("/worklist")).json()["counts"]["emergencies"] == 0
    problem_of(await manager.post(path, said, version=2), 409, "K11.1")
    assert made.family


async def test_without_good_reason_the_file_is_closed_at_once(api: Api, made: MadeCase) -> None:
    opened = await open_file(api, OTHER)
    said = {"outcome": "not_justified", "note": "Sprawa nie była pilna."}
    path = f"/emergency-accesses/{opened['id']}/review"
    done = (await api.as_(HERE.manager).post(path, said, version=1)).json()
    assert (done["ended_early"], done["ends_at"]) == (True, opened["opened_at"])
    assert not await reads(api, OTHER, made.family)


@pytest.mark.rule("K11.1")
async def test_nobody_reviews_their_own_access(api: Api, world: World, made: MadeCase) -> None:
    opened = await open_file(api, OTHER)
    query = "UPDATE account SET roles = '{assistant,manager}' WHERE id = :id"
    async with world.acting() as act:
        await act.session.execute(text(query), {"id": OTHER.id})
    both = Person(OTHER.name, HERE.id, HERE.manager.roles | OTHER.roles)
    said = {"outcome": "justified", "note": "Sam sprawdziłem."}
    path = f"/emergency-accesses/{opened['id']}/review"
    response = await api.as_(both).post(path, said, version=1)
    assert problem_of(response, 409, "K11.1")["type"].endswith("reviews_themself")
    assert made.family


@pytest.mark.parametrize("who", [OTHER, HERE.manager], ids=["opener", "manager"])
async def test_it_ends_early_at_once_and_once(api: Api, made: MadeCase, who: Person) -> None:
    opened = await open_file(api, OTHER)
    api.clock.travel(minutes=30)
    path = f"/emergency-accesses/{opened['id']}/end"
    done = await api.as_(who).post(path, version=1)
    assert done.status_code == 200, done.text
    assert done.json()["ends_at"] == "2026-03-10T09:30:00.000000Z"
    assert not await reads(api, OTHER, made.family)
    problem_of(await api.as_(who).post(path, version=2), 409, "K11.1")


@pytest.mark.parametrize(
    ("person", "sees"),
    [(HERE.manager, True), (OTHER, True), (HERE.assistant, False), (ELSEWHERE.manager, False)],
)
async def test_it_is_shown_to_the_manager_and_to_who_opened_it(
    api: Api, made: MadeCase, person: Person, *, sees: bool
) -> None:
    opened = await open_file(api, OTHER)
    caller = api.as_(person)
    path = "/emergency-accesses"
    shown = await caller.get(f"{path}/{opened['id']}")
    assert shown.status_code == (200 if sees else 404)
    for query, found in (("", 1), ("?reviewed=false", 1), ("?reviewed=true", 0)):
        items: list[dict[str, Any]] = (await caller.get(path + query)).json()["items"]
        assert len(items) == (found if sees else 0), query
    assert made.family
