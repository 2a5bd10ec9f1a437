"""One intention under one Idempotency-Key, sent twenty times at once, has one effect.

Twenty intentions of each kind: visits go the short way to the database, districts the long one.
"""

import asyncio
from collections import Counter
from uuid import uuid4

import asyncpg
import httpx

from tests.chaos.figures import Figure, Say
from tests.chaos.herd import Write, new_district
from tests.chaos.office import Office, office
from tests.factories.people import HERE

AT_ONCE = 20


def run(seconds: float, say: Say) -> list[Figure]:
    """Send each of as many intentions as seconds were asked for, twenty times at once."""
    with office(4, durable=False) as place:
        return send(place, max(2, round(seconds)), say)


def send(place: Office, intentions: int, say: Say) -> list[Figure]:
    """Send them to a process of the API; count what is there."""
    api = place.launch()
    before = asyncio.run(place.deadlocks())
    try:
        api.await_ready()
        visits = asyncio.run(_send_all(place, api.url, place.visit, "visits", intentions, say))
        districts = asyncio.run(
            _send_all(place, api.url, new_district, "districts", intentions, say)
        )
    finally:
        api.end()
    said, deadlocks = visits + districts, asyncio.run(place.deadlocks()) - before
    return [
        Figure("intentions", 2 * intentions, least=2 * intentions),
        Figure("posts", said["posts"], least=2 * intentions * AT_ONCE),
        Figure("effects beyond the first", said["doubles"], most=0),
        Figure("events beyond the first", said["more events"], most=0),
        Figure("answers that differ from the first", said["different"], most=0),
        Figure("other answers than done or 503 with Retry-After", said["strange"], most=0),
        Figure("deadlocks", deadlocks, most=0),
    ]


async def _send_all(
    place: Office, url: str, write: Write, what: str, intentions: int, say: Say
) -> Counter[str]:
    said: Counter[str] = Counter()
    headers = place.headers() if what == "visits" else place.headers(HERE.manager)
    before = await _count(place.url)
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30) as http:
        for n in range(intentions):
            say(f"{what}: {n + 1} of {intentions}, {AT_ONCE} times at once")
            path, body = write(f"Rejon {uuid4()}", n)
            told = headers | {"Idempotency-Key": str(uuid4())}
            answers = await asyncio.gather(
                *(_send(http, path, body, told, said) for _ in range(AT_ONCE))
            )
            said["different"] += len({*answers}) - 1
    after = await _count(place.url)
    said["doubles"] += after[what] - before[what] - intentions
    if what == "visits":
        said["more events"] += after["events"] - before["events"] - intentions
    return said


async def _send(
    http: httpx.AsyncClient,
    path: str,
    body: dict[str, object],
    headers: dict[str, str],
    said: Counter[str],
) -> bytes:
    """Send until it is done; whoever is told to come again does."""
    while True:
        response = await http.post(path, json=body, headers=headers)
        said["posts"] += 1
        if response.status_code == 201:
            return response.content
        said["strange"] += response.status_code != 503 or "retry-after" not in response.headers
        if response.status_code != 503:
            return response.content
        await asyncio.sleep(0.1)


async def _count(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM visit) AS visits,"
            " (SELECT count(*) FROM district) AS districts, (SELECT count(*) FROM event) AS events"
        )
        return dict(found)
    finally:
        await connection.close()
