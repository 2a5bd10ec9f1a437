"""Act: somebody covers for an absent worker, from a day to a day."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.identity.tables import Account
from tests.factories.api import Api, problem_of
from tests.factories.assignments import fill, make_assigned, suspend, transfer
from tests.factories.covers import ask_cover, put_settings, set_cover
from tests.factories.people import ELSEWHERE, HERE, Person, World

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)
X, Y = HERE.assistant, HERE.other_assistant
WEEK = (TODAY, TODAY + 6 * DAY)


async def test_a_cover_says_who_covers_for_whom_and_when(api: Api) -> None:
    there = await set_cover(api, X, Y, *WEEK)
    assert there["absent"]["id"] == str(X.id)
    assert there["covering"]["id"] == str(Y.id)
    assert (there["starts_on"], there["last_day"]) == ("2026-03-10", "2026-03-16")
    assert there["set_by"]["id"] == str(HERE.manager.id)
    assert (there["reason"], there["takes_places"], there["ended_early"]) == ("leave", True, False)


@pytest.mark.rule("K1")
@pytest.mark.parametrize(
    ("person", "reason"), [(HERE.manager, "sickness"), (X, "sickness"), (Y, None)]
)
async def test_why_somebody_is_absent_is_not_told_to_who_covers(
    api: Api, person: Person, reason: str | None
) -> None:
    there = await set_cover(api, X, Y, *WEEK, reason="sickness")
    for path in (f"/covers/{there['id']}", "/covers"):
        said = (await api.as_(person).get(path)).json()
        assert (said["items"][0] if "items" in said else said)["reason"] == reason


@pytest.mark.rule("2.5a")
@pytest.mark.parametrize(
    ("person", "sees"),
    [
        (HERE.manager, True),
        (X, True),
        (Y, True),
        (HERE.social_worker, False),
        (HERE.coordinator, False),
        (ELSEWHERE.manager, False),
    ],
)
async def test_the_manager_lists_all_covers_and_workers_their_own(
    api: Api, person: Person, *, sees: bool
) -> None:
    there = await set_cover(api, X, Y, *WEEK)
    listed = (await api.as_(person).get("/covers")).json()["items"]
    assert [found["id"] for found in listed] == [there["id"]] * sees
    shown = await api.as_(person).get(f"/covers/{there['id']}")
    assert shown.status_code == (200 if sees else 404)


async def test_covers_are_listed_by_person_and_by_day(api: Api) -> None:
    await set_cover(api, X, Y, *WEEK)
    manager = api.as_(HERE.manager)
    for query, found in (
        (f"person_id={X.id}", 1),
        (f"person_id={Y.id}", 1),
        (f"person_id={HERE.coordinator.id}", 0),
        ("on=2026-03-09", 0),
        ("on=2026-03-10", 1),
        ("on=2026-03-16", 1),
        ("on=2026-03-17", 0),
    ):
        assert len((await manager.get(f"/covers?{query}")).json()["items"]) == found, query


@pytest.mark.rule("2.5a")
async def test_workers_set_their_own_only_where_the_centre_allows_it(api: Api) -> None:
    problem_of(await ask_cover(api, X, Y, *WEEK, who=X), 403, "2.5a")
    await put_settings(api, workers_set_own_cover=True)
    problem_of(await ask_cover(api, X, Y, *WEEK, who=Y), 403, "2.5a")
    over: dict[str, Any] = {"override_local_limit": True, "override_reason": "Nagły wyjazd."}
    problem_of(await ask_cover(api, X, Y, *WEEK, who=X, **over), 403, "2.5a")
    assert (await ask_cover(api, X, Y, *WEEK, who=X)).status_code == 201


async def test_who_covers_does_not_end_it_and_the_absent_person_may_where_allowed(
    api: Api,
) -> None:
    there = await set_cover(api, X, Y, *WEEK)
    path = f"/covers/{there['id']}/end"
    problem_of(await api.as_(X).post(path, {}, version=1), 403, "2.5a")
    await put_settings(api, workers_set_own_cover=True)
    problem_of(await api.as_(Y).post(path, {}, version=1), 403, "2.5a")
    assert (await api.as_(X).post(path, {}, version=1)).status_code == 200


REFUSED: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"by": X}, 409, "covers_themself"),
    ({"by": HERE.social_worker}, 409, "cover_needs_role"),
    ({"absent": HERE.manager}, 409, "nothing_to_cover"),
    ({"first": TODAY - DAY}, 422, "cover_out_of_time"),
    ({"last": TODAY - DAY}, 422, "cover_out_of_time"),
    ({"override_local_limit": True}, 422, "override_needs_reason"),
)


@pytest.mark.parametrize(("changes", "status", "kind"), REFUSED, ids=[kind for *_, kind in REFUSED])
async def test_what_is_refused(api: Api, changes: dict[str, Any], status: int, kind: str) -> None:
    said: dict[str, Any] = {"absent": X, "by": Y, "first": WEEK[0], "last": WEEK[1]} | changes
    response = await ask_cover(api, **said)
    assert response.status_code == status, response.text
    assert response.json()["type"].endswith(f":{kind}")


async def test_nobody_of_another_centre_covers(api: Api) -> None:
    for absent, by in ((X, ELSEWHERE.assistant), (ELSEWHERE.assistant, Y)):
        problem_of(await ask_cover(api, absent, by, *WEEK), 404, "not_found")


@pytest.mark.rule("C10")
async def test_who_is_suspended_covers_for_nobody_but_is_covered(api: Api, world: World) -> None:
    await suspend(world, X, TODAY)
    problem_of(await ask_cover(api, Y, X, *WEEK), 409, "C10")
    assert (await ask_cover(api, X, Y, *WEEK, reason="art13")).status_code == 201


@pytest.mark.rule("2.5a")
async def test_the_days_of_two_covers_do_not_meet(api: Api) -> None:
    await set_cover(api, X, Y, *WEEK)
    last = WEEK[1]
    for absent, by, kind in ((X, Y, "covered_already"), (Y, X, "covering_is_absent")):
        response = await ask_cover(api, absent, by, last, last + DAY)
        assert response.status_code == 409, response.text
        assert response.json()["type"].rpartition(":")[2] in {kind, "absent_covers"}
    await set_cover(api, X, Y, last + DAY, last + DAY)
    await set_cover(api, Y, X, last + 2 * DAY, last + 2 * DAY)


async def test_a_worker_who_may_not_see_a_cover_still_makes_no_chain(
    api: Api, world: World
) -> None:
    """Whoever sets their own cover does not see those of the other person."""
    third = await _third_assistant(world)
    await set_cover(api, Y, third, *WEEK)
    await put_settings(api, workers_set_own_cover=True)
    response = await ask_cover(api, X, Y, *WEEK, who=X)
    assert problem_of(response, 409, "2.5a")["type"].endswith("covering_is_absent")


async def _third_assistant(world: World) -> Person:
    """Let the coordinator be an assistant as well."""
    async with world.acting() as act:
        account = await act.find(Account, HERE.coordinator.id)
        account.roles = ["assistant", "foster_care_coordinator"]
    return HERE.coordinator


@pytest.mark.rule("C12")
async def test_the_families_of_the_absent_person_take_places_meanwhile(
    api: Api, world: World
) -> None:
    await fill(world, X, 6)
    await fill(world, Y, 10)
    problem = problem_of(await ask_cover(api, X, Y, *WEEK), 409, "C12")
    assert problem["facts"]["on"] == "2026-03-10"


@pytest.mark.rule("C12")
async def test_fifteen_families_in_all_can_be_covered(api: Api, world: World) -> None:
    await fill(world, X, 5)
    await fill(world, Y, 10)
    await set_cover(api, X, Y, *WEEK)
    assert await _families(api, Y) == 15
    api.clock.go_to(WEEK[1] + DAY)
    assert await _families(api, Y) == 10


async def _families(api: Api, person: Person) -> int:
    listed = (await api.as_(HERE.manager).get("/assistants")).json()["items"]
    return next(int(one["families"]) for one in listed if one["id"] == str(person.id))


@pytest.mark.rule("C13")
async def test_the_centres_own_limit_yields_to_the_manager_with_a_reason(
    api: Api, world: World
) -> None:
    await put_settings(api, family_limit=10)
    await fill(world, X, 5)
    await fill(world, Y, 10)
    problem_of(await ask_cover(api, X, Y, *WEEK), 409, "C13")
    over: dict[str, Any] = {
        "override_local_limit": True,
        "override_reason": "Choroba, nikogo innego nie ma.",
    }
    there = await set_cover(api, X, Y, *WEEK, **over)
    assert there["override_reason"] == over["override_reason"]


async def test_covered_families_take_no_places_where_the_centre_says_so(
    api: Api, world: World
) -> None:
    await put_settings(api, covered_families_count=False)
    await fill(world, X, 6)
    await fill(world, Y, 10)
    assert (await set_cover(api, X, Y, *WEEK))["takes_places"] is False
    assert await _families(api, Y) == 10


@pytest.mark.rule("C12")
async def test_a_family_given_to_the_absent_person_needs_a_place_of_who_covers(
    api: Api, world: World
) -> None:
    """It is taken when the family is given, and given back when the family goes elsewhere."""
    await fill(world, Y, 14)
    await set_cover(api, X, Y, *WEEK)
    _, made = await make_assigned(api, world)
    assert (await _families(api, X), await _families(api, Y)) == (1, 15)
    body = transfer(Y, TODAY)
    path = f"/cases/{made.case}/transfers"
    given = await api.as_(HERE.manager).post(path, body, version=made.version)
    assert given.status_code == 201, given.text
    assert (await _families(api, X), await _families(api, Y)) == (0, 15)


@pytest.mark.rule("C12")
async def test_the_sixteenth_family_is_refused_to_the_absent_person_too(
    api: Api, world: World
) -> None:
    await fill(world, Y, 15)
    await set_cover(api, X, Y, *WEEK)
    with pytest.raises(AssertionError, match="C12"):
        await make_assigned(api, world)


async def test_places_are_given_back_with_an_early_end(api: Api, world: World) -> None:
    await fill(world, X, 5)
    there = await set_cover(api, X, Y, *WEEK)
    path = f"/covers/{there['id']}/end"
    body = {"on": (TODAY + 2 * DAY).isoformat()}
    ended = (await api.as_(HERE.manager).post(path, body, version=1)).json()
    assert (ended["last_day"], ended["ended_early"]) == ("2026-03-11", True)
    assert await _families(api, Y) == 5
    api.clock.travel(days=2)
    assert await _families(api, Y) == 0


@pytest.mark.parametrize(
    ("on", "status", "kind"),
    [(-1, 422, "cover_out_of_time"), (7, 409, "cover_over")],
)
async def test_a_cover_ends_early_on_one_of_its_days(
    api: Api, on: int, status: int, kind: str
) -> None:
    there = await set_cover(api, X, Y, *WEEK)
    body = {"on": (TODAY + on * DAY).isoformat()}
    response = await api.as_(HERE.manager).post(f"/covers/{there['id']}/end", body, version=1)
    assert response.status_code == status
    assert response.json()["type"].endswith(kind)
    problem_of(
        await api.as_(HERE.manager).post(f"/covers/{there['id']}/end", {}, version=2), 412, "stale"
    )
