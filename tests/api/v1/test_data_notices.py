"""Act: the centre publishes its notice; which version was handed to whom stays on record."""

import pytest

from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.cases import make_case
from tests.factories.erasure import grant, make_archived
from tests.factories.notices import NOTICE, hand, handed, publish
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.rights import package_of, texts_of


async def test_each_publication_is_the_next_version_and_earlier_ones_stay(api: Api) -> None:
    first = await publish(api)
    second = await publish(api, retention="Kategoria B-5.")
    other = await publish(api, ELSEWHERE)
    assert (first["version_no"], second["version_no"], other["version_no"]) == (1, 2, 1)
    listed = (await api.as_(HERE.assistant).get("/data-notices")).json()["items"]
    assert listed == [second, first]
    shown = await api.as_(HERE.social_worker).get(f"/data-notices/{first['id']}")
    assert shown.json() == first
    answer = await api.as_(ELSEWHERE.manager).get(f"/data-notices/{first['id']}")
    problem_of(answer, 404, "not_found")


@pytest.mark.rule("RODO13.1")
async def test_it_is_known_which_version_was_handed_to_whom_and_when(
    api: Api, world: World
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    notice = await publish(api)
    answer = await hand(api, HERE.assistant, made.mother, handed(notice))
    said = answer.json()
    assert (said["version_no"], said["person_id"]) == (1, str(made.mother))
    assert said["handed_by"]["full_name"] == "Joanna Wilczek"
    manager = api.as_(HERE.manager)
    assert (await manager.get(f"/notice-handings/{said['id']}")).json() == said
    listed = await manager.get(f"/families/{made.family}/notice-handings")
    assert listed.json()["items"] == [said]
    told = texts_of(await package_of(api, made.mother), "notice_handing")
    assert "2026-03-10" in told
    assert not texts_of(await package_of(api, made.child), "notice_handing")


@pytest.mark.rule("RODO13.1")
@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-11"])
async def test_a_notice_is_handed_over_neither_early_nor_in_the_future(
    api: Api, world: World, day: str
) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    said = handed(await publish(api), handed_on=day)
    problem_of(await hand(api, HERE.social_worker, made.mother, said), 422, "RODO13.1")


async def test_who_does_not_see_the_family_hands_nothing_over(api: Api, world: World) -> None:
    made = await make_case(world, CaseState.IN_PROGRESS)
    notice = await publish(api)
    for person in (HERE.other_assistant, HERE.other_social_worker, ELSEWHERE.manager):
        problem_of(await hand(api, person, made.mother, handed(notice)), 404, "not_found")
        path = f"/families/{made.family}/notice-handings"
        problem_of(await api.as_(person).get(path), 404, "not_found")
    foreign = handed(await publish(api, ELSEWHERE))
    problem_of(await hand(api, HERE.assistant, made.mother, foreign), 404, "not_found")


async def test_the_manager_alone_publishes(api: Api) -> None:
    for person in (HERE.social_worker, HERE.assistant, HERE.coordinator, HERE.administrator):
        problem_of(await api.as_(person).post("/data-notices", NOTICE), 403, "not_your_role")


@pytest.mark.rule("K1")
async def test_nothing_is_handed_to_who_was_erased(api: Api, world: World) -> None:
    made = await make_archived(world)
    notice = await publish(api)
    assert (await grant(api, made)).status_code == 200
    problem_of(await hand(api, HERE.manager, made.mother, handed(notice)), 409, "K1")
