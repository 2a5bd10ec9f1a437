"""`deliver` is killed while it sends: its receiver, which keeps the ids, sees each event once.

The receiver takes every message over and answers late, so that many kills fall between sending and
noting. What it has seen before it takes for a repeat, as Standard Webhooks asks of receivers.
"""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from time import monotonic, sleep
from uuid import uuid4

import asyncpg
import httpx
from standardwebhooks import Webhook, WebhookVerificationError

from app.api.deps import day_in_warsaw
from tests.chaos.figures import Figure, Say
from tests.chaos.office import Office, office
from tests.factories.machines import REGISTERED
from tests.factories.people import HERE

ANSWERS_AFTER_S = 0.05
LONGEST_S = 120.0  # until all is told; a lease of what a killed one took is thirty
_END_LEASES = "UPDATE webhook_delivery SET next_at = now() WHERE state = 'waiting'"
_LEFT = "SELECT count(*) FROM webhook_delivery WHERE state <> 'delivered'"


@dataclass(slots=True)
class Seen:
    """What a receiver has taken: how often which id, and of what it could not trust."""

    secret: str = ""
    times: Counter[str] = field(default_factory=Counter)
    unsigned: int = 0

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        """Take one message."""
        try:
            Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            self.unsigned += 1
        self.times[str(json.loads(body)["id"])] += 1


@contextmanager
def receiver(seen: Seen) -> Iterator[int]:
    """Receive on a free port until the end of the block; yield the port."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            seen.take(self.rfile.read(length), dict(self.headers))
            sleep(ANSWERS_AFTER_S)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def run(seconds: float, say: Say) -> list[Figure]:
    """Let twenty events happen for each second asked for; kill the sender ten times among them."""
    with office(4, durable=False) as place:
        return tell(place, round(20 * seconds), 10, say)


def tell(place: Office, events: int, kills: int, say: Say, *, wait: bool = True) -> list[Figure]:
    """Tell a receiver of so many events, and kill the sender so often.

    Who does not want to `wait` for the leases of what the killed ones took has them end at once.
    """
    seen = Seen()
    with receiver(seen) as port:
        hosts = f"127.0.0.1:{port}"
        api = place.launch(webhook_hosts=hosts)
        try:
            api.await_ready()
            say("registering")
            _register(place, api.url, port, seen)
            say(f"{events} events")
            _happen(place, api.url, events)
        finally:
            api.end()
        struck = asyncio.run(_strike(place, hosts, (events, kills), seen, say, wait=wait))
    repeats = sum(seen.times.values()) - len(seen.times)
    return [
        Figure("events", events, least=events),
        Figure("kills", struck, least=kills),
        Figure("events that nobody was told of", events - len(seen.times), most=0),
        Figure("messages about nothing that happened", len(seen.times) - events, most=0),
        Figure("messages sent again under their id", repeats, least=1),
        Figure("messages without a good signature", seen.unsigned, most=0),
    ]


def _register(place: Office, url: str, port: int, seen: Seen) -> None:
    headers = place.headers(HERE.manager)
    with httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=30) as http:

        def create(path: str, said: object) -> dict[str, str]:
            key = {"idempotency-key": str(uuid4())}
            answer = http.post(path, json=said, headers=key).raise_for_status()
            found: dict[str, str] = answer.json()
            return found

        reads = ["families", "visits"]
        ends = day_in_warsaw(datetime.now(UTC)) + timedelta(days=90)
        client = create("/clients", REGISTERED | {"reads": reads, "expires_on": ends.isoformat()})
        said = {"url": f"http://127.0.0.1:{port}/asysta", "areas": ["visits"]}
        webhook = create(f"/clients/{client['id']}/webhooks", said)
        made = http.post(f"/webhooks/{webhook['id']}/secret", headers={"if-match": '"1"'})
        seen.secret = made.raise_for_status().json()["signing_secret"]


def _happen(place: Office, url: str, events: int) -> None:
    headers = place.headers()
    with httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=30) as http:
        for number in range(events):
            path, body = place.visit("", number)
            key = {"idempotency-key": str(uuid4())}
            http.post(path, json=body, headers=key).raise_for_status()


async def _strike(
    place: Office, hosts: str, size: tuple[int, int], seen: Seen, say: Say, *, wait: bool
) -> int:
    """Start the sender, kill it soon after it has sent something, and let the last one end."""
    events, kills = size
    chance, struck = Random(20), 0  # noqa: S311 - not for secrets
    eye = await asyncpg.connect(place.url)
    try:
        ends = monotonic() + LONGEST_S
        while struck < kills:
            before = sum(seen.times.values())
            child = place.start("deliver", webhook_hosts=hosts)
            await _until(lambda: sum(seen.times.values()) > before, ends)  # noqa: B023 - awaited
            await asyncio.sleep(chance.uniform(0, 2 * ANSWERS_AFTER_S))
            child.kill()
            child.wait()
            struck += 1
            if not wait:
                await eye.execute(_END_LEASES)
            say(f"{struck} of {kills} kills, {len(seen.times)} of {events} events told")
        child = place.start("deliver", webhook_hosts=hosts)
        await _until(lambda: len(seen.times) >= events, ends)
        while await eye.fetchval(_LEFT) and monotonic() < ends:  # noqa: ASYNC110 - nor a database
            await asyncio.sleep(0.1)
        child.kill()
        child.wait()
    finally:
        await eye.close()
    return struck


async def _until(reached: Callable[[], bool], ends: float) -> None:
    while not reached() and monotonic() < ends:  # noqa: ASYNC110 - a thread can't set it
        await asyncio.sleep(0.01)
