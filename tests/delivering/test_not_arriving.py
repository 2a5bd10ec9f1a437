"""What does not arrive is tried again, shown, given up; what has ended is not sent at all."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from tests.factories.api import Api
from tests.factories.people import HERE, World
from tests.factories.webhooks import Receiver, hook, told

# What does not arrive.


async def test_what_does_not_arrive_is_tried_again_and_then_given_up(
    api: Api, world: World
) -> None:
    found, _ = await told(api, world)
    failing = Receiver(status=500)
    for attempt in range(1, 11):
        await failing.served(api)
        (listed,) = await found.deliveries()
        assert (listed["attempts"], listed["last_status"]) == (attempt, 500)
        api.clock.instant += timedelta(hours=24)
    assert listed["state"] == "failed"
    assert len(failing.got) == 10
    assert len({*failing.ids}) == 1
    assert not (await Receiver().served(api)).got


async def test_since_when_nothing_arrives_is_shown_until_something_does(
    api: Api, world: World
) -> None:
    found, _ = await told(api, world)
    began = api.clock.instant
    await Receiver(status=503).served(api)
    api.clock.instant += timedelta(seconds=5)
    await Receiver(status=503).served(api)
    shown = await found.shown()
    assert datetime.fromisoformat(shown["failing_since"]) == began
    assert shown["messages_waiting"] == 1
    api.clock.instant += timedelta(minutes=5)
    await Receiver().served(api)
    shown = await found.shown()
    assert (shown["failing_since"], shown["messages_waiting"]) == (None, 0)


@pytest.mark.parametrize(("minutes", "listed"), [(60, 0), (60.1, 1)])
async def test_after_an_hour_the_manager_is_told(
    api: Api, world: World, minutes: float, listed: int
) -> None:
    found, _ = await told(api, world)
    await Receiver(status=503).served(api)
    api.clock.instant += timedelta(minutes=minutes)
    for person, seen in ((HERE.manager, listed), (HERE.assistant, 0)):
        worklist = (await api.as_(person).get("/worklist")).json()
        unreached = worklist["unreached_webhooks"]
        assert [row["id"] for row in unreached] == [found.id] * seen


async def test_where_an_answer_points_is_not_followed(api: Api, world: World) -> None:
    found, _ = await told(api, world)
    away = await Receiver(status=307).served(api)
    assert len(away.got) == 1
    (listed,) = await found.deliveries()
    assert (listed["state"], listed["last_status"]) == ("waiting", 307)


async def test_a_receiver_that_is_gone_ends_its_webhook(api: Api, world: World) -> None:
    found, _ = await told(api, world)
    await Receiver(status=410).served(api)
    assert (await found.shown())["active"] is False
    api.clock.instant += timedelta(days=1)
    assert not (await Receiver().served(api)).got


async def test_no_answer_is_a_failure(api: Api, world: World) -> None:
    found, _ = await told(api, world)
    await Receiver(dies=TimeoutError()).served(api)
    (listed,) = await found.deliveries()
    assert (listed["state"], listed["last_status"]) == ("waiting", None)


# What is not sent at all.


async def test_nothing_leaves_for_a_host_that_is_allowed_no_more(api: Api, world: World) -> None:
    found, _ = await told(api, world)
    receiver = Receiver()
    assert await receiver.deliverer(api, hosts=()).deliver(HERE.id) == 1
    assert not receiver.got
    (listed,) = await found.deliveries()
    assert (listed["state"], listed["last_status"]) == ("waiting", None)


@pytest.mark.parametrize("what", ["webhook", "client", "expiry"])
async def test_nothing_leaves_once_either_has_ended(api: Api, world: World, what: str) -> None:
    found, _ = await told(api, world)
    if what == "webhook":
        assert (await found.command("disabling")).status_code == 200
    elif what == "client":
        manager = api.as_(HERE.manager)
        version = (await manager.get(f"/clients/{found.machine.id}")).json()["version"]
        await manager.post(f"/clients/{found.machine.id}/disabling", version=version)
    else:
        async with world.acting() as act:
            await act.session.execute(
                text("UPDATE api_client SET expires_on = :day"),
                {"day": act.today - timedelta(1)},
            )
    assert not (await Receiver().served(api)).got


# Again, because it was asked for.


async def test_what_was_told_is_told_again_under_the_same_ids(api: Api, world: World) -> None:
    found, _ = await told(api, world)
    first = await Receiver().served(api)
    answer = await found.command("replay", {"since": "2020-01-01T00:00:00Z"})
    assert answer.json()["messages_waiting"] == 1
    again = await Receiver().served(api)
    assert (again.ids, again.got[0].content) == (first.ids, first.got[0].content)
    late = await found.command("replay", {"since": "2150-01-01T00:00:00Z"})
    assert late.json()["messages_waiting"] == 0


@pytest.mark.usefixtures("world")
async def test_a_ping_tells_of_nothing(api: Api) -> None:
    found = await hook(api)
    answer = await api.as_(HERE.manager).post(f"/webhooks/{found.id}/pings")
    assert answer.status_code == 201, answer.text
    receiver = await Receiver().served(api)
    assert receiver.said()["type"] == "asysta.ping"
    assert receiver.said()["data"] == {"href": None}
