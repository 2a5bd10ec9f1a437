"""Taking one's turn before a secret is looked at, so that attempts at once can't slip through."""

from datetime import timedelta

from app.domain.act import Act
from app.domain.attempts import queries, rules


async def take_turn(act: Act, key: str) -> None:
    """Count an attempt before it is judged, or refuse with TooManyAttempts while it has to wait."""
    forgotten = act.now - timedelta(hours=rules.FORGOTTEN_HOURS)
    await queries.clean(act, forgotten)
    rules.require_turn(await queries.take(act, key, forgotten), act.now)


async def succeed(act: Act, key: str) -> None:
    """Forget the attempts of a key that has just proven itself."""
    await queries.forget(act, key)


async def give_back(act: Act, key: str, turns: int) -> None:
    """Take back attempts that nobody has judged: they were neither right nor wrong."""
    await queries.give_back(act, key, turns)
