"""Taking one's turn before a secret is looked at, so that attempts at once can't slip through.

Whoever takes several of the rows takes them in one order, or two would wait for each other: the
account's, one's own, the site's, and the old ones last. Many wait for a site's row, so it is taken
as late as can be.
"""

from datetime import datetime, timedelta

from app.domain.act import Act
from app.domain.attempts import queries, rules


async def take_turn(act: Act, key: str) -> None:
    """Count an attempt before it is judged, or refuse with TooManyAttempts while it has to wait."""
    rules.require_turn(await queries.take(act, key, _forgotten(act)), act.now)


async def take_turn_of_site(act: Act, key: str) -> None:
    """Count an attempt of a site, whosever it is; the same way, but far more are free."""
    rules.require_turn(await queries.take_of_site(act, key), act.now)


async def clean(act: Act) -> None:
    """Delete some of the rows that nobody waits for any more: the last thing that an act does."""
    await queries.clean(act, _forgotten(act))


def _forgotten(act: Act) -> datetime:
    return act.now - timedelta(hours=rules.FORGOTTEN_HOURS)


async def succeed(act: Act, key: str) -> None:
    """Forget the attempts of a key that has just proven itself."""
    await queries.forget(act, key)


async def pass_site(act: Act, key: str) -> None:
    """Take back the one attempt of a site that was no failure; the others stay counted."""
    await queries.give_back_to_site(act, key, 1)


async def give_back(act: Act, keys: rules.Keys, turns: int) -> None:
    """Take back attempts that nobody has judged: they were neither right nor wrong."""
    await queries.give_back(act, keys.own, turns)
    if keys.site is not None:
        await queries.give_back_to_site(act, keys.site, turns)
