"""Idempotency keys: the first answer to a creating request, kept in the same transaction.

The expired IETF draft `idempotency-key-header-07`, as far as it went. Two identical requests at
once: the second waits at the key's row until the first has committed, then gets its answer.

What a request says is known again by a hash under the centre's index key: who has the rows alone
can't try what was said. An answer is sent again to who may still see the families that it is about;
which they are says the audit of that request (`SEEN`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, func, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from app.db.base import Row
from app.db.types import DOCUMENT, INSTANT
from app.db.vault.ring import Place, Ring
from app.db.vault.rows import ring_of

FORGOTTEN = 410  # the status of a kept answer that went with a family's file


class IdempotencyKey(Row, table=True):
    """A key of one person, the hash of its request, and the answer once there is one.

    By `request_id` the audit knows whose file the request was about: when that is erased, the
    hash and the answer are emptied, and the key stays, so that a repeat is refused and nothing is
    done twice. The audit of the request begins after `position`.
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
    position: int = Field(
        default=None,
        sa_type=BigInteger,
        sa_column_kwargs={
            "server_default": text("coalesce(pg_sequence_last_value('app.audit_position'), 0)")
        },
    )


# Whether this person may still see every family that the request of a key was about. What they
# have done since the key is looked through first, however little is known of families (OFFSET 0).
SEEN = """NOT EXISTS (SELECT FROM (SELECT e.centre_id, e.family_id FROM audit_entry e
 WHERE e.centre_id = idempotency_key.centre_id AND e.account_id = idempotency_key.account_id
   AND e.position > idempotency_key.position AND e.request_id = idempotency_key.request_id
 OFFSET 0) d WHERE d.family_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM family f WHERE f.centre_id = d.centre_id AND f.id = d.family_id))"""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer of a key, and the hash of the request that it answers.

    `seen`: whether the person may still see what it is about, where it is sent again.
    """

    request_hash: str
    status: int
    headers: dict[str, str]
    body: str
    replayed: bool
    seen: bool = True

    @staticmethod
    def of(row: Mapping[str, Any]) -> "KeptAnswer":
        """Read the row of an answer that was just made, its headers as text."""
        return _kept(row, replayed=False, seen=True)

    @staticmethod
    def before(row: Mapping[str, Any]) -> "KeptAnswer":
        """Read the row of an answer that was made before, with `seen` beside its columns."""
        return _kept(row, replayed=True, seen=row["seen"])


def _kept(row: Mapping[str, Any], *, replayed: bool, seen: bool) -> KeptAnswer:
    headers = json.loads(row["headers"])
    return KeptAnswer(row["request_hash"], row["status"], headers, row["body"], replayed, seen)


def request_hash(ring: Ring | None, said: bytes) -> str:
    """Hash what a request says; empty before the centre is there, whose scope is then refused."""
    return ring.mark("request", said) if ring else ""


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
    session: AsyncSession, centre: UUID, account: UUID, key: str, hashed: str
) -> Claim | KeptAnswer:
    """Take the key for this request, or return the answer of the request that had it before."""
    identity = {"centre_id": centre, "account_id": account, "key": key}
    row = insert(IdempotencyKey).values(request_hash=hashed, at=func.now(), **identity)
    query = row.on_conflict_do_nothing().returning(col(IdempotencyKey.key))
    if (await session.execute(query)).scalar_one_or_none() is not None:
        return Claim(session, identity)
    asked = select(IdempotencyKey, literal_column(SEEN, Boolean)).where(*_is(identity))
    kept, seen = (await session.execute(asked)).one()
    body, ring = kept.body or "", ring_of(session.sync_session)
    if ring is not None:
        body = ring.open(body, _place(identity))
    return KeptAnswer(
        kept.request_hash, kept.status or 200, kept.headers or {}, body, replayed=True, seen=seen
    )
