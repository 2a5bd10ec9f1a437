"""A day ends at midnight in Warsaw: when clocks change, on 29 February, at New Year."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories.api import Api
from tests.factories.cases import make_family
from tests.factories.people import HERE, World


async def report(api: Api, world: World, day: str) -> Any:
    """Report a signal as received on a day."""
    async with world.acting() as act:
        family = (await make_family(act)).id
    said = {
        "family_id": str(family),
        "received_on": day,
        "source": "institution",
        "institution": "Szkoła Podstawowa nr 5",
        "urgent": False,
        "description": "Dziecko opuszcza lekcje.",
    }
    return await api.as_(HERE.social_worker).post("/signals", said)


@pytest.mark.parametrize(
    ("last_second", "tomorrow", "due"),
    [
        ("2026-03-28T22:59:59", "2026-03-29", "2026-04-17"),
        ("2026-03-29T21:59:59", "2026-03-30", "2026-04-20"),
        ("2026-10-24T21:59:59", "2026-10-25", "2026-11-13"),
        ("2026-10-25T22:59:59", "2026-10-26", "2026-11-16"),
        ("2026-12-31T22:59:59", "2027-01-01", "2027-01-22"),
        ("2028-02-28T22:59:59", "2028-02-29", "2028-03-20"),
        ("2028-02-29T22:59:59", "2028-03-01", "2028-03-21"),
    ],
)
async def test_a_signal_of_tomorrow_is_refused_until_midnight(
    api: Api, world: World, last_second: str, tomorrow: str, due: str
) -> None:
    api.clock.instant = datetime.fromisoformat(last_second).replace(tzinfo=UTC)
    early = await report(api, world, tomorrow)
    assert early.status_code == 422, early.text
    api.clock.instant = api.clock.instant.replace(second=59, microsecond=999_999)
    assert (await report(api, world, tomorrow)).status_code == 422
    api.clock.travel(minutes=1)
    taken = await report(api, world, tomorrow)
    assert taken.status_code == 201, taken.text
    assert taken.json()["interview_due_on"] == due
