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

A creating command that everybody gives all day goes the short way (app/db/brief.py): three
statements in place of a session. It takes `act: Annotated[BriefAct, creates_briefly("visits",
*roles)]` and returns `first_answer(act, await service.record_visit(act, …))`. Its `queries.py` has
one `Brief`: what to lock, the facts as one select into a dataclass, what to write, what to show.
Its service has one `judge(facts)`, which asks the same rules as ever and returns the values to
write, and gives both: `await act.give(BRIEF, judge, …)`. Claiming, replaying, locking, rollback
and the answer's headers are done for it.
"""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.api.answers import Reader, Replayed, replay
from app.api.claims import TokenRefused
from app.api.problems import KeyReused, NoIdempotencyKey, NoPrecondition, NotSignedIn
from app.db.brief import SAID_BEFORE, Intent
from app.db.idempotency import KeptAnswer, claim, request_hash
from app.db.session import Database, Scope
from app.db.vault.ring import Ring
from app.domain.act import Act, BriefAct, LongAct
from app.domain.actor import WITH_FAMILIES, Actor, Role
from app.domain.calendar import WARSAW
from app.domain.clients.rules import ClientArea, InsufficientScope
from app.domain.workflow import NotYourRole

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
        """Remember who may; no role means everybody who works with families."""
        self.roles = frozenset(roles) or WITH_FAMILIES

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
        request.state.account_id = str(said.subject)  # for the log
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
    """Lets in commands on what exists."""


class ActsAtOnce(Acts):
    """Opens the one transaction of a command."""

    async def __call__(self, request: Request, credentials: Bearer) -> AsyncIterator[Act]:
        """Yield the act; FastAPI commits before the answer leaves (function scope)."""
        actor = self.actor(request, credentials)
        async with request.app.state.database.begin(self.scope(request, actor)) as session:
            yield Act(session, actor, current_day(request), current_instant(request))


class ActsAtLength(Acts):
    """Gives the act of a command with long work in it, which opens its transactions by itself."""

    async def __call__(self, request: Request, credentials: Bearer) -> LongAct:
        """Return the act; where the request will not get to its command, enter the scope now."""
        actor = self.actor(request, credentials)
        scope = self.scope(request, actor)
        act = LongAct(request.app.state.database, scope, actor, current_instant(request))
        if getattr(request.state, "irregular", False):
            async with act.begin() as entered:
                await entered.session.connection()
        return act


KeySaid = Annotated[str | None, Header(description="One key per intended creation; repeats replay")]


class Creates(Guard):
    """Lets in creating commands, each under its Idempotency-Key."""

    header: ClassVar[str] = "Idempotency-Key"

    @staticmethod
    def key(said: str | None) -> str:
        """Return the key, or refuse one that is missing or of another form."""
        if said is None or not _KEY.fullmatch(said):
            raise NoIdempotencyKey
        return said

    @staticmethod
    async def said(request: Request, ring: Ring | None) -> str:
        """Return the centre's hash of what the request says: a key is good for one such."""
        said = f"{request.method} {request.scope['path']}\n".encode() + await request.body()
        return request_hash(ring, said)


class CreatesAtLength(Creates):
    """Opens the transaction of a creating command."""

    async def __call__(
        self, request: Request, credentials: Bearer, idempotency_key: KeySaid = None
    ) -> AsyncIterator[Act]:
        """Yield the act, or replay the answer that the key already has."""
        actor = self.actor(request, credentials)
        key = self.key(idempotency_key)
        async with request.app.state.database.begin(self.scope(request, actor)) as session:
            act = Act(session, actor, current_day(request), current_instant(request))
            await self._claim(request, act, key)
            yield act

    async def _claim(self, request: Request, act: Act, key: str) -> None:
        hashed, actor = await self.said(request, act.ring), act.actor
        held = await claim(act.session, actor.centre_id, actor.account_id, key, hashed)
        if isinstance(held, KeptAnswer):
            raise Replayed(replay(held, hashed))
        request.state.claim = held


class CreatesBriefly(Creates):
    """Gives the act of a hot command, which opens its transaction by itself."""

    def __init__(self, place: str, *roles: Role) -> None:
        """Remember where what is created will stand, and who may."""
        super().__init__(*roles)
        self._place = f"/api/v1/{place}/"

    async def __call__(
        self, request: Request, credentials: Bearer, idempotency_key: KeySaid = None
    ) -> BriefAct:
        """Return the act."""
        actor = self.actor(request, credentials)
        key = self.key(idempotency_key)
        database: Database = request.app.state.database
        hashed = await self.said(request, await database.ring(actor.centre_id))
        intent = Intent(key, hashed, self._place)
        act = BriefAct(database, self.scope(request, actor), intent, actor)
        if getattr(request.state, "irregular", False):
            await self._look_up(act)
        return act

    async def _look_up(self, act: BriefAct) -> None:
        """Refuse a scope or a used key now, where the request will not get to its command."""
        before = await act.database.read(act.scope, SAID_BEFORE, key=act.intent.key)
        if before is not None and before != act.intent.request_hash:
            raise KeyReused


class Reads(Guard):
    """Gives a reader; the scope is entered by the view's own statement."""

    async def __call__(self, request: Request, credentials: Bearer) -> Reader:
        """Return the reader of this person."""
        actor = self.actor(request, credentials)
        scope = self.scope(request, actor)
        return Reader(request.app.state.database, scope, actor, scope.today)


def acts(*roles: Role) -> Any:
    """Ask for the transaction of a command that these roles may give."""
    return Depends(ActsAtOnce(*roles), scope="function")


def acts_at_length(*roles: Role) -> Any:
    """Ask for the act of a command with long work in it that these roles may give."""
    return Depends(ActsAtLength(*roles))


def creates(*roles: Role) -> Any:
    """Ask for the transaction of a creating command that these roles may give."""
    return Depends(CreatesAtLength(*roles), scope="function")


def creates_briefly(place: str, *roles: Role) -> Any:
    """Ask for the act of a hot creating command; `place` is where its creation will stand."""
    return Depends(CreatesBriefly(place, *roles))


def reads(*roles: Role) -> Any:
    """Ask for a reader that these roles may have; without roles: all who work with families."""
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
