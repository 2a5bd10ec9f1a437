"""Idempotency keys: the first answer to a creating request, kept in the same transaction.

The expired IETF draft `idempotency-key-header-07`, as far as it went. Two identical requests at
once: the second waits at the key's row until the first has committed, then gets its answer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, col

from app.db.base import Row
from app.db.types import DOCUMENT, INSTANT
from app.db.vault.ring import Place
from app.db.vault.rows import ring_of

FORGOTTEN = 410  # the status of a kept answer that went with a family's file


class IdempotencyKey(Row, table=True):
    """A key of one person, the hash of its request, and the answer once there is one.

    By `request_id` the audit knows whose file the request was about: when that is erased, the
    answer is emptied, and the key stays, so that a repeat is refused and nothing is done twice.
    """

    __tablename__ = "idempotency_key"

    centre_id: UUID = Field(primary_key=True, foreign_key="centre.id")
    account_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=128)
    request_hash: str = Field(max_length=64)
    at: datetime = Field(
        sa_type=INSTANT,
        sa_column_kwargs={"server_default": text("now()")},
    )
    status: int | None = None
    headers: dict[str, str] | None = Field(default=None, sa_type=DOCUMENT)
    body: str | None = None
    request_id: UUID | None = Field(
        default=None, sa_column_kwargs={"server_default": text("app.request()")}
    )


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer of a key, and the hash of the request that it answers."""

    request_hash: str
    status: int
    headers: dict[str, str]
    body: str
    replayed: bool

    @staticmethod
    def of(row: Mapping[str, Any], *, replayed: bool = False) -> "KeptAnswer":
        """Read a row of the table, its headers as text."""
        headers = json.loads(row["headers"])
        return KeptAnswer(row["request_hash"], row["status"], headers, row["body"], replayed)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request holds until its transaction ends."""

    session: AsyncSession
    identity: dict[str, Any]

    async def keep(self, status: int, headers: dict[str, str], body: str) -> None:
        """Store the answer beside the key."""
        ring = ring_of(self.session.sync_session)
        if ring is not None:
            body = ring.seal(_place(self.identity), body)
        query = update(IdempotencyKey).where(*_is(self.identity))
        await self.session.execute(query.values(status=status, headers=headers, body=body))


def _place(identity: dict[str, Any]) -> Place:
    """Say where a kept answer lies: it is sealed as a whole, because it repeats what rows say."""
    return Place("idempotency_key", "body", identity["account_id"])


def _is(identity: dict[str, Any]) -> list[Any]:
    return [col(getattr(IdempotencyKey, name)) == value for name, value in identity.items()]


async def claim(
    session: AsyncSession, centre: UUID, account: UUID, key: str, request_hash: str
) -> Claim | IdempotencyKey:
    """Take the key for this request, or return the row of the request that had it before."""
    identity = {"centre_id": centre, "account_id": account, "key": key}
    row = insert(IdempotencyKey).values(request_hash=request_hash, at=func.now(), **identity)
    query = row.on_conflict_do_nothing().returning(col(IdempotencyKey.key))
    if (await session.execute(query)).scalar_one_or_none() is not None:
        return Claim(session, identity)
    kept = (await session.execute(select(IdempotencyKey).where(*_is(identity)))).scalar_one()
    ring = ring_of(session.sync_session)
    if kept.body is not None and ring is not None:
        set_committed_value(kept, "body", ring.open(kept.body, _place(identity)))
    return kept
