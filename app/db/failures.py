"""What a failure of the database means, whichever of the two drivers' layers raised it."""

from dataclasses import dataclass

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db.vault.ring import UnknownKey


@dataclass(frozen=True, slots=True)
class Broken:
    """A constraint of this name does not hold.

    `dangling`: a foreign key points nowhere; `content`: a CHECK refuses what a row says.
    """

    constraint: str
    dangling: bool
    content: bool


@dataclass(frozen=True, slots=True)
class BadValue:
    """A value can't be what its type says."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The database is gone, full or too slow: nothing was stored, trying again makes sense."""


KNOWN: tuple[type[Exception], ...] = (
    DBAPIError,
    PoolTimeout,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
    UnknownKey,
)
_WAITING: tuple[type[Exception], ...] = (
    PoolTimeout,
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    # Fail-over: no host is the primary yet, or the connection broke between two of its states.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,
    UnknownKey,  # the next attempt has it
)


def meaning(failure: Exception) -> Broken | BadValue | Unavailable | None:
    """Say what a failure means; None: a mistake of ours."""
    cause: BaseException = failure
    if isinstance(failure, DBAPIError):
        cause = getattr(failure.orig, "__cause__", None) or failure
    if isinstance(cause, asyncpg.IntegrityConstraintViolationError):
        dangling = isinstance(cause, asyncpg.ForeignKeyViolationError)
        content = isinstance(cause, asyncpg.CheckViolationError | asyncpg.NotNullViolationError)
        return Broken(str(cause.constraint_name or ""), dangling, content)
    if isinstance(cause, asyncpg.DataError):
        return BadValue()
    return Unavailable() if isinstance(cause, _WAITING) else None
