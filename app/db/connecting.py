"""How a connection is made: one host, or several of which the one that takes writes is wanted."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit, urlunsplit

import asyncpg

Connect: TypeAlias = Callable[[], Awaitable[Any]]
# A host that is cut off does not refuse, it is silent: the next one is tried meanwhile.
STAGGER_S = 0.25


def connector(url: str, **driver: Any) -> Connect:
    """Return what connects to the hosts of an address, `postgresql://user@one,two:5433/database`.

    With several hosts the primary is wanted, unless the address asks for something else by
    `target_session_attrs`. asyncpg tries them one after another within one timeout, and a first
    host that is silent would use all of it up.
    """
    urls = list(each_host(url))
    if len(urls) == 1:
        return partial(asyncpg.connect, url, **driver)
    if "target_session_attrs" not in url:
        driver["target_session_attrs"] = "primary"
    return partial(_first, [partial(asyncpg.connect, one, **driver) for one in urls])


def each_host(url: str) -> Iterable[str]:
    """Write the address of each host by itself."""
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    for host in hosts.split(","):
        yield urlunsplit(parts._replace(netloc=f"{login}{at}{host}"))


def shown(url: str) -> str:
    """Write an address without its password."""
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    user, colon, _ = login.partition(":")
    return urlunsplit(parts._replace(netloc=f"{user}{colon}{'***' * bool(colon)}{at}{hosts}"))


async def _first(attempts: list[Connect]) -> Any:
    """Return the first connection that is made; raise the last failure where none is."""
    waiting, running = list(attempts), set[asyncio.Future[Any]]()
    failure: BaseException | None = None
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.ensure_future(waiting.pop(0)()))
            patience = STAGGER_S if waiting else None
            done, running = await asyncio.wait(
                running, timeout=patience, return_when=asyncio.FIRST_COMPLETED
            )
            made = [task.result() for task in done if task.exception() is None]
            for spare in made[1:]:
                spare.terminate()
            if made:
                return made[0]
            failure = next((task.exception() for task in done), failure)
    finally:
        for task in running:
            task.cancel()
    assert failure is not None
    raise failure
