"""What has happened is told to machines: once for each that keeps the ids, and never by name."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from sqlalchemy import text
from standardwebhooks import Webhook, WebhookVerificationError

from app.db.types import new_id
from app.domain.events.rules import EventType
from app.domain.events.tables import Event
from tests.factories.api import Api
from tests.factories.people import World
from tests.factories.webhooks import Receiver, hook, told, visited


class Dies(BaseException):
    """The process ends here."""


async def test_a_machine_is_told_and_reads_what_has_happened(api: Api, world: World) -> None:
    found, _ = await told(api, world)
    receiver = await Receiver().served(api)
    (request,) = receiver.got
    message = HTTPMessage(dict(request.headers), request.content)
    event = from_http_event(message)
    assert event.get_type() == "asysta.visit_recorded"
    assert event.get_source() == "https://asysta.example/centres/dabrowa"
    href = receiver.said()["data"]["href"]
    read = await found.machine.get(str(href).removeprefix("/api/v1"), await found.machine.token())
    assert read.status_code == 200, read.text
    (listed,) = await found.deliveries()
    assert (listed["state"], listed["attempts"], listed["last_status"]) == ("delivered", 1, 204)
    assert listed["event_id"] == event.get_id() == request.headers["webhook-id"]


@pytest.mark.rule("S5")
async def test_a_message_says_nothing_of_anybody(api: Api, world: World) -> None:
    await told(api, world)
    receiver = await Receiver().served(api)
    content = receiver.said()
    assert content.keys() == {
        *("specversion", "id", "source", "type", "time", "partitionkey", "datacontenttype"),
        "data",
    }
    assert content["data"].keys() == {"href"}


async def test_only_who_has_the_secret_can_have_signed(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = SimpleNamespace(now=api.clock.instant.astimezone, fromtimestamp=datetime.fromtimestamp)
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", here)  # it reads the true clock
    found, _ = await told(api, world)
    (request,) = (await Receiver().served(api)).got
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
