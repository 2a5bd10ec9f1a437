"""What an endpoint may ask for: an act or a reader (each with its guard), a version, a page.

`act: Annotated[Act, creates(*roles)]` and `acts(*roles)` open the transaction of a command,
`reader: Annotated[Reader, reads(*roles)]` gives a read. There is no other way to the database, so
there is no unguarded one.

How to write an operation: an `async def` in app/api/v1 that returns a Response, its guard first.
A read takes `reader` and returns `await reader.one(VIEW, id=…)`, `.many(request, VIEW, page)` or
`.raw(VIEW)`: one statement, its bytes passed on. A command takes `act`, `version: IfMatch` where it
changes something, and `body`; it calls its service and returns `changed(act, VIEW, …)` or
`created(…)`. Both then go the lean way (app/api/lean.py) by themselves; dependencies are `async`
too, so that none needs a thread.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.api.answers import Reader, Replayed, replay
from app.api.claims import TokenRefused
from app.api.problems import KeyReused, NoIdempotencyKey, NoPrecondition, NotSignedIn
from app.db.idempotency import IdempotencyKey, claim
from app.db.session import Scope
from app.domain.act import Act
from app.domain.actor import Actor, Role
from app.domain.clients.rules import ClientArea, InsufficientScope
from app.domain.workflow import NotYourRole

WARSAW = ZoneInfo("Europe/Warsaw")
bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    description="Access token from POST /sessions: ES256, read by the advice of RFC8725.",
)
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
SCOPES = {area.value: area.scope for area in ClientArea}
_KEY = re.compile(r"[A-Za-z0-9_-]{8,128}")
_ETAG = re.compile(r'"([0-9]{1,9})"')


def current_instant(request: Request) -> datetime:
    """Return the instant of this request, from the application's one clock."""
    now: datetime = request.app.state.clock()
    return now


def current_day(request: Request) -> date:
    """Return today's date in Warsaw."""
    return day_in_warsaw(current_instant(request))


def day_in_warsaw(instant: datetime) -> date:
    """Return the day that an instant belongs to in Poland."""
    return instant.astimezone(WARSAW).date()


Today = Annotated[date, Depends(current_day)]
Now = Annotated[datetime, Depends(current_instant)]


def _operation(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "operation_id", None) or "unknown")


@lru_cache(maxsize=64)
def _known(roles: frozenset[str]) -> frozenset[Role]:
    return frozenset(Role(role) for role in roles)


@lru_cache(maxsize=64)
def _in_order(roles: frozenset[Role]) -> tuple[Role, ...]:
    return tuple(sorted(roles))


class Guard:
    """Lets in signed-in people with one of the roles; a test looks for it on each route."""

    def __init__(self, *roles: Role) -> None:
        """Remember who may; no role means every signed-in person."""
        self.roles = frozenset(roles) or frozenset(Role)

    def actor(self, request: Request, credentials: HTTPAuthorizationCredentials | None) -> Actor:
        """Return who acts, or refuse: 401 without a good token, 403 without one of the roles."""
        if credentials is None:
            raise NotSignedIn
        try:
            said = request.app.state.tokens.verify(
                credentials.credentials, now=current_instant(request)
            )
            roles = _known(said.roles)
        except (TokenRefused, ValueError):
            raise NotSignedIn from None
        if said.scopes is not None:
            self.require_scope(request, said.scopes)
            return Actor(said.subject, said.centre, said.session, roles, said.scopes)
        if not roles & self.roles:
            raise NotYourRole(allowed=sorted(self.roles))
        return Actor(said.subject, said.centre, said.session, roles)

    def require_scope(self, request: Request, scopes: frozenset[str]) -> None:
        """Refuse a machine client that lacks the scope of an operation; none is for writing."""
        needed = scope_of(self, request.scope["route"].tags)
        if needed is None or needed not in scopes:
            raise InsufficientScope(scope=needed)

    def scope(self, request: Request, actor: Actor) -> Scope:
        """Return the scope in which the database will judge every row."""
        return Scope(
            centre=actor.centre_id,
            account=actor.account_id,
            session=actor.session_id,
            roles=tuple(sorted(actor.scopes)) or _in_order(actor.roles),
            today=current_day(request),
            request=request.state.request_id,
            operation=_operation(request),
            now=current_instant(request),
        )


def scope_of(guard: Guard, tags: Sequence[str | Enum]) -> str | None:
    """Return the scope by which a machine client may call an operation; None: it never may."""
    return SCOPES.get(str(tags[0])) if isinstance(guard, Reads) else None


class Acts(Guard):
    """Opens the transaction of a command on something that exists."""

    async def __call__(self, request: Request, credentials: Bearer) -> AsyncIterator[Act]:
        """Yield the act; FastAPI commits before the answer leaves (function scope)."""
        actor = self.actor(request, credentials)
        async with request.app.state.database.begin(self.scope(request, actor)) as session:
            yield Act(session, actor, current_day(request), current_instant(request))


class Creates(Guard):
    """Opens the transaction of a creating command, under its Idempotency-Key."""

    header: ClassVar[str] = "Idempotency-Key"

    async def __call__(
        self,
        request: Request,
        credentials: Bearer,
        idempotency_key: Annotated[
            str | None, Header(description="One key per intended creation; repeats replay")
        ] = None,
    ) -> AsyncIterator[Act]:
        """Yield the act, or replay the answer that the key already has."""
        actor = self.actor(request, credentials)
        if idempotency_key is None or not _KEY.fullmatch(idempotency_key):
            raise NoIdempotencyKey
        async with request.app.state.database.begin(self.scope(request, actor)) as session:
            act = Act(session, actor, current_day(request), current_instant(request))
            await self._claim(request, act, idempotency_key)
            yield act

    async def _claim(self, request: Request, act: Act, key: str) -> None:
        said = f"{request.method} {request.url.path}\n".encode() + await request.body()
        said_hash = hashlib.sha256(said).hexdigest()
        actor = act.actor
        held = await claim(act.session, actor.centre_id, actor.account_id, key, said_hash)
        if not isinstance(held, IdempotencyKey):
            request.state.claim = held
        elif held.request_hash != said_hash:
            raise KeyReused
        else:
            raise Replayed(replay(held))


class Reads(Guard):
    """Gives a reader; the scope is entered by the view's own statement."""

    async def __call__(self, request: Request, credentials: Bearer) -> Reader:
        """Return the reader of this person."""
        actor = self.actor(request, credentials)
        scope = self.scope(request, actor)
        return Reader(request.app.state.database, scope, actor, scope.today)


def acts(*roles: Role) -> Any:
    """Ask for the transaction of a command that these roles may give."""
    return Depends(Acts(*roles), scope="function")


def creates(*roles: Role) -> Any:
    """Ask for the transaction of a creating command that these roles may give."""
    return Depends(Creates(*roles), scope="function")


def reads(*roles: Role) -> Any:
    """Ask for a reader that these roles may have; without roles: everyone who is signed in."""
    return Depends(Reads(*roles))


async def if_match(
    if_match: Annotated[str | None, Header(description="The ETag that you read")] = None,
) -> int:
    """Return the version that the caller has read; refuse with 428 where it is not said."""
    match = _ETAG.fullmatch(if_match or "")
    if match is None:
        raise NoPrecondition
    return int(match.group(1))


IfMatch = Annotated[int, Depends(if_match)]


def utc_now() -> datetime:
    """Read the system clock: the one place that does."""
    return datetime.now(UTC)
