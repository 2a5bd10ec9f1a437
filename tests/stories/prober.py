"""Tells a story and tries each promise at the operations that are at home in it."""

import traceback
from collections.abc import Iterable

from httpx import Response

from tests.factories.api import Api
from tests.stories.chapters import CHAPTERS
from tests.stories.probes import AFTER, BEFORE, ORIGIN, Probe
from tests.stories.teller import Call, Teller

# What went wrong with a promise of an operation; None: it is held.
Outcomes = dict[tuple[str, str], str | None]


def home(operation: str) -> str:
    """Return the story that gets to an operation soonest: there its promises are tried."""
    places = {name: told.index(operation) for name, told in CHAPTERS.items() if operation in told}
    assert places, (
        f"Tell {operation}: openapi/examples/{operation}.json, and a story of tests/stories."
    )
    return min(places, key=lambda name: places[name])


async def outcomes(api: Api, chapter: str) -> Outcomes:
    """Tell a story; return of each promise that was tried on the way how it went."""
    teller, found = Teller(api), Outcomes()
    for name in CHAPTERS[chapter]:
        call = (await teller.ready(name)).with_headers(origin=ORIGIN)
        at_home = name == call.operation.id and home(name) == chapter
        if at_home:
            found |= await _tried(BEFORE, teller, call, None)
        answer = await teller.send(call)
        teller.compare(name, answer)
        if at_home:
            found |= await _tried(AFTER, teller, call, answer)
    return found


async def _tried(
    probes: Iterable[Probe], teller: Teller, call: Call, answer: Response | None
) -> Outcomes:
    found = Outcomes()
    for probe in probes:
        if probe.applies(call.operation):
            found[call.operation.id, probe.name] = None
            try:
                await probe.tried(teller, call, answer)
            except Exception:  # noqa: BLE001 - the test of this promise fails with it
                found[call.operation.id, probe.name] = traceback.format_exc(limit=-2)
    return found
