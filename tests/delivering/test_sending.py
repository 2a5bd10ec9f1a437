"""What has happened is told to machines: once for each that keeps the ids, and never by name."""

import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from sqlalchemy import text
from standardwebhooks import Webhook, WebhookVerificationError

from app.db.types import new_id
from app.domain.events.rules import EventType
from app.domain.events.tables import Event
from tests.factories.api import Api
from tests.factories.cases import MadeCase
from tests.factories.endings import make_assisted
from tests.factories.people import HERE, World
from tests.factories.visits import visit_said
from tests.factories.webhooks import Hook, Receiver, hook


class Dies(BaseException):
    """The process ends here."""


async def visited(api: Api, world: World) -> MadeCase:
    """Record a visit: one event of an area that is told."""
    made = await make_assisted(world)
    answer = await api.as_(HERE.assistant).post(f"/cases/{made.case}/visits", visit_said(made))
    assert answer.status_code == 201, answer.text
    return made


async def told(api: Api, world: World) -> tuple[Hook, MadeCase]:
    """Register a webhook, then let something happen."""
    found = await hook(api)
    return found, await visited(api, world)


def said(receiver: Receiver, place: int = -1) -> dict[str, object]:
    """Return what a message says."""
    found: dict[str, object] = json.loads(receiver.got[place].content)
    return found


async def test_a_machine_is_told_and_reads_what_has_happened(api: Api, world: World) -> None:
    found, _ = await told(api, world)
    receiver = await Receiver().served(api)
    (request,) = receiver.got
    message = HTTPMessage(dict(request.headers), request.content)
    event = from_http_event(message)
    assert event.get_type() == "asysta.visit_recorded"
    assert event.get_source() == "https://asysta.example/centres/dabrowa"
    href = said(receiver)["data"]["href"]  # type: ignore[index]
    read = await found.machine.get(str(href).removeprefix("/api/v1"), await found.machine.token())
    assert read.status_code == 200, read.text
    (listed,) = await found.deliveries()
    assert (listed["state"], listed["attempts"], listed["last_status"]) == ("delivered", 1, 204)
    assert listed["event_id"] == event.get_id() == request.headers["webhook-id"]


async def test_a_message_says_nothing_of_anybody(api: Api, world: World) -> None:
    await told(api, world)
    receiver = await Receiver().served(api)
    content = said(receiver)
    assert content.keys() == {
        *("specversion", "id", "source", "type", "time", "partitionkey", "datacontenttype"),
        "data",
    }
    assert content["data"].keys() == {"href"}  # type: ignore[attr-defined]


async def test_only_who_has_the_secret_can_have_signed(api: Api, world: World) -> None:
    found, _ = await told(api, world)
    api.clock.instant = datetime.now(api.clock.instant.tzinfo)  # the library reads the true clock
    receiver = await Receiver().served(api)
    (request,) = receiver.got
    Webhook(found.secret).verify(request.content, dict(request.headers))
    for body, secret in (
        (request.content + b" ", found.secret),
        (request.content, f"whsec_{'A' * 43}="),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, dict(request.headers))


@pytest.mark.parametrize(("hours", "both"), [(23.99, True), (24, False)])
async def test_for_a_day_the_former_secret_signs_as_well(
    api: Api, world: World, hours: float, both: bool
) -> None:
    found, _ = await told(api, world)
    changed = (await found.command("secret")).json()["signing_secret"]
    api.clock.instant += timedelta(hours=hours)
    (request,) = (await Receiver().served(api)).got
    stamp = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), tz=None).astimezone()
    signed = [
        Webhook(secret).sign(
            request.headers["webhook-id"], api.clock.instant, request.content.decode()
        )
        for secret in (changed, found.secret)
    ]
    assert stamp.timestamp() == int(api.clock.instant.timestamp())
    assert request.headers["webhook-signature"].split(" ") == signed[: 2 if both else 1]


async def test_nothing_is_told_of_before_there_is_a_secret(api: Api, world: World) -> None:
    await visited(api, world)
    await hook(api)
    assert not (await Receiver().served(api)).got


async def test_of_other_areas_nothing_is_told(api: Api, world: World) -> None:
    await hook(api, areas=["cases"])
    await visited(api, world)
    assert not (await Receiver().served(api)).got


# Once, whatever dies.


async def test_who_dies_between_sending_and_noting_sends_the_same_again(
    api: Api, world: World
) -> None:
    found, _ = await told(api, world)
    dying = Receiver(dies=Dies())
    with pytest.raises(Dies):
        await dying.served(api)
    assert not (await Receiver().served(api)).got, "Somebody may still be sending it."
    api.clock.instant += timedelta(seconds=29)
    assert not (await Receiver().served(api)).got
    api.clock.instant += timedelta(seconds=1)
    again = await Receiver().served(api)
    assert again.ids == dying.ids
    assert again.got[0].content == dying.got[0].content
    (listed,) = await found.deliveries()
    assert (listed["state"], listed["attempts"]) == ("delivered", 2)


async def test_a_sending_that_took_longer_than_its_lease_notes_nothing(
    api: Api, world: World
) -> None:
    found, _ = await told(api, world)
    again = Receiver()

    async def meanwhile() -> None:
        api.clock.instant += timedelta(seconds=30)
        await again.served(api)

    await Receiver(status=500, meanwhile=meanwhile).served(api)
    (listed,) = await found.deliveries()
    assert (listed["state"], listed["attempts"], listed["last_status"]) == ("delivered", 2, 204)
    assert (await found.shown())["failing_since"] is None


async def test_what_was_committed_late_is_told_all_the_same(api: Api, world: World) -> None:
    begun, early, found = new_id(), new_id(), await hook(api)
    made = await visited(api, world)
    first = await Receiver().served(api)
    async with world.acting() as act:
        progress = {"id": UUID(found.id), "begun": begun}
        await act.session.execute(
            text("UPDATE webhook_progress SET since = :begun WHERE id = :id"), progress
        )
        act.add(
            Event(
                id=early,
                type=EventType.VISIT_RECORDED,
                family_id=made.family,
                subject_id=made.case,
                on_date=act.today,
            )
        )
    late = await Receiver().served(api)
    assert late.ids == [str(early)]
    assert str(early) < first.ids[0]
    assert not (await Receiver().served(api)).got


async def test_after_a_quiet_hour_what_was_tidied_away_is_not_told_again(
    api: Api, world: World
) -> None:
    found, _ = await told(api, world)
    await Receiver().served(api)
    async with world.acting() as act:
        past = UUID(int=new_id().int - (61 * 60_000 << 80))
        await act.session.execute(
            text("UPDATE webhook_progress SET planned = :past"), {"past": past}
        )
    assert not (await Receiver().served(api)).got
    async with world.acting() as act:
        planned = await act.session.scalar(text("SELECT planned FROM webhook_progress"))
    assert planned > past
    assert len(await found.deliveries()) == 1


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
    assert said(receiver)["type"] == "asysta.ping"
    assert said(receiver)["data"] == {"href": None}
