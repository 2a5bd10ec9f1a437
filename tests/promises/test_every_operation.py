"""Every operation holds every promise that its part of the contract makes.

The tests come from the contract: a new operation is tried on the day that it is written. How each
promise is tried, `tests/stories/probes.py` says.
"""

import traceback

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.vault.rings import Vault
from app.settings import Settings
from tests.factories.walks import own_world
from tests.stories.contract import CONTRACT
from tests.stories.prober import Outcomes, home, outcomes
from tests.stories.probes import AFTER, BEFORE, ORIGIN

PROMISES = [
    pytest.param(operation.id, probe.name, id=f"{operation.id}-{probe.name}")
    for operation in CONTRACT.values()
    for probe in (*BEFORE, *AFTER)
    if probe.applies(operation)
]
_told: dict[str, Outcomes | str] = {}


async def _story(engine: AsyncEngine, vault: Vault, settings: Settings, chapter: str) -> Outcomes:
    """Tell a story once per worker; one that breaks off is told of in each of its tests."""
    if chapter not in _told:
        ours = settings.model_copy(update={"cors_origins": [ORIGIN]})
        async with own_world(engine, vault, ours) as (api, _):
            try:
                _told[chapter] = await outcomes(api, chapter)
            except Exception:  # noqa: BLE001 - each test of this story fails with it
                _told[chapter] = traceback.format_exc(limit=-3)
    told = _told[chapter]
    assert not isinstance(told, str), f"The story breaks off: {told}"
    return told


@pytest.mark.parametrize(("operation", "promise"), PROMISES)
async def test_a_promise_is_held(
    engine: AsyncEngine, vault: Vault, settings: Settings, operation: str, promise: str
) -> None:
    told = await _story(engine, vault, settings, home(operation))
    wrong = told[operation, promise]
    assert wrong is None, wrong
