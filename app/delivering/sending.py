"""Sending: what has happened becomes messages, what is due is taken, sent and settled.

Between taking and settling nothing is open in the database. Whoever dies there leaves messages that
are due again after the lease, under the same ids: sent at least once, and one effect for a receiver
that keeps the ids (Standard Webhooks). Several may deliver at once; nobody takes what is taken.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from uuid import UUID

import httpx
import structlog

from app.cli_retention import acting
from app.db.sealing import Sealer
from app.db.session import Database, show
from app.delivering.messages import message_of
from app.domain.webhooks import queries, rules, service
from app.domain.webhooks.rules import WebhookHostNotAllowed
from app.domain.webhooks.service import Outcome, Outgoing

EVERY_S = 2.0
RESTS_S = 60.0  # a centre where nothing is to be told
PREPARED_AT_ONCE = 100
SENT_AT_ONCE = 10  # a small receiver turns more away; all are answered well within their lease
LONGEST_S = 10.0  # until an answer; well below the lease
log = structlog.get_logger()


class Deliverer:
    """Delivers for all centres of one database."""

    def __init__(
        self,
        database: Database,
        client: httpx.AsyncClient,
        clock: Callable[[], datetime],
        *,
        hosts: Collection[str],
        issuer: str,
    ) -> None:
        """Remember what to send with, and which hosts the operator allows now."""
        self._database, self._client, self._clock = database, client, clock
        self._hosts, self._issuer = hosts, issuer
        self._rests: dict[UUID, float] = {}

    async def run(self, told: Callable[[int], None]) -> None:
        """Deliver until cancelled; `told` hears how many messages each round has settled.

        Whatever fails in the database waits for the next round: nothing is lost by that.
        """
        while True:
            try:
                count = await self.round()
            except Exception as failure:  # noqa: BLE001 - whatever it was, delivering goes on
                log.warning("not_delivered", failure=type(failure).__name__)
                count = 0
            told(count)
            await asyncio.sleep(0 if count else EVERY_S)

    async def round(self) -> int:
        """Prepare and send what is due in each centre, ten messages each; return how many."""
        now, count = asyncio.get_running_loop().time(), 0
        for centre in await Sealer(self._database).all_centres():
            if self._rests.get(centre, now) <= now:
                count += await self.deliver(centre)
        return count

    async def deliver(self, centre: UUID) -> int:
        """Prepare and send what is due in one centre, ten messages at most; return how many."""
        async with acting(self._database, centre, self._clock(), "deliver") as act:
            prepared = await service.plan(act, PREPARED_AT_ONCE)
            taken = await service.claim(act, SENT_AT_ONCE)
            code = await show(act.session, queries.CENTRE_CODE)
        if prepared is None and not taken:
            self._rests[centre] = asyncio.get_running_loop().time() + RESTS_S
        if not taken:
            return 0
        source = f"{self._issuer}/centres/{code}"
        outcomes = await asyncio.gather(*map(partial(self._send, source), taken))
        async with acting(self._database, centre, self._clock(), "deliver") as act:
            await service.settle(act, outcomes)
        return len(outcomes)

    async def _send(self, source: str, outgoing: Outgoing) -> Outcome:
        """Send one message, without following where an answer points; the body is not read."""
        message, status = message_of(outgoing, source, self._clock()), None
        try:
            rules.require_allowed(outgoing.url, self._hosts)
            sent = self._client.stream(
                "POST", outgoing.url, content=message.body, headers=message.headers
            )
            async with asyncio.timeout(LONGEST_S), sent as answer:
                status = answer.status_code
        except (httpx.HTTPError, TimeoutError, WebhookHostNotAllowed) as failure:
            log.info("webhook_not_reached", failure=type(failure).__name__)
        return Outcome(outgoing.delivery.id, outgoing.attempt, status)
