"""Answers: bytes from the database with their headers, pages, replays.

A command answers with the same view that a read uses, run in its own transaction: one definition
of a resource's form, whoever asks.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.api.bodies import SaidOnce
from app.api.cursors import Cursors
from app.api.frame import refused_parameters
from app.api.lean import lean_of, leanly, straight
from app.api.patches import require_json
from app.api.problems import AnswerErased, KeyReused
from app.api.v1.schemas.base import Cursor
from app.db.idempotency import FORGOTTEN, KeptAnswer
from app.db.session import Database, Scope, show
from app.db.views import Many, One, View
from app.domain.act import Act, BriefAct
from app.domain.actor import Actor
from app.domain.errors import NotFound, Refusal
from app.domain.law import Rule
from app.domain.terms import Term
from app.domain.workflow import AllowedAction

Facts: TypeAlias = dict[str, Any]
Allowed: TypeAlias = Callable[[Facts], Iterable[AllowedAction]]
KEPT_HEADERS = ("etag", "location", "content-type", "content-language", "link")


class Replayed(Exception):
    """The request was answered before: its first answer is sent again."""

    def __init__(self, response: Response) -> None:
        """Carry the kept answer to the route."""
        super().__init__()
        self.response = response


class Door(APIRoute):
    """The route of every operation: refuses unknown parameters and bodies that are not JSON.

    It also keeps creating answers. Dependencies of function scope close after the handler returns,
    so a kept answer is stored in the transaction of what it answers.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the route; what opens nothing needs none of what FastAPI opens around a handler."""
        super().__init__(*args, **kwargs)
        if self.lean is not None and not self.lean.opens:
            self.app = straight(self.lean, otherwise=self.app)

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Wrap FastAPI's handler, which is left what is irregular."""
        handler = super().get_route_handler()
        known = frozenset(query_names(self.dependant))
        lean = self.lean = lean_of(self.dependant)
        takes_body = self.body_field is not None

        async def handle(request: Request) -> Response:
            if request.scope["query_string"]:
                wrong = refused_parameters(request, known)
                if wrong:
                    raise RequestValidationError(wrong)
            if takes_body:
                require_json(request)
                request = SaidOnce(request.scope, request.receive)
            try:
                response = await leanly(lean, request, otherwise=handler)
            except Replayed as replayed:
                return replayed.response
            held = getattr(request.state, "claim", None)
            if held is not None:
                kept = {n: response.headers[n] for n in KEPT_HEADERS if n in response.headers}
                await held.keep(response.status_code, kept, bytes(response.body).decode())
            return response

        return handle


def capability(tag: str, prefix: str = "") -> APIRouter:
    """Make the router of one capability: full paths, one kind of route."""
    return APIRouter(prefix=f"/api/v1{prefix}", tags=[tag], route_class=Door)


def query_names(dependant: Dependant) -> Iterator[str]:
    """Yield the query parameters that an operation knows, its dependencies' among them."""
    yield from (parameter.alias for parameter in dependant.query_params)
    for below in dependant.dependencies:
        yield from query_names(below)


def replay(kept: KeptAnswer, hashed: str) -> Response:
    """Make the first answer again for the same request, known by its hash.

    Refuses where it went with a family's file, whatever is said under its key now, another request,
    and who may no longer see a family that it is about: 404, as the family itself.
    """
    if kept.status == FORGOTTEN:
        raise AnswerErased
    if kept.request_hash != hashed:
        raise KeyReused
    if not kept.seen:
        raise NotFound
    response = Response(kept.body, kept.status, headers=kept.headers)
    response.headers["idempotency-replayed"] = "true"
    return response


def first_answer(act: BriefAct, kept: KeptAnswer) -> Response:
    """Answer a hot command as it is kept beside its key: now made, or made before."""
    if kept.replayed:
        return replay(kept, act.intent.request_hash)
    return Response(kept.body, kept.status, headers=kept.headers)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: at most `limit` items after a cursor."""

    limit: int
    cursor: str | None


async def page(
    limit: Annotated[int, Query(ge=1, le=100, description="Items per page")] = 50,
    cursor: Annotated[Cursor | None, Query(description="next_cursor of a page")] = None,
) -> Page:
    """Read the paging parameters."""
    return Page(limit, cursor)


PageOf = Annotated[Page, Depends(page)]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads views in one person's scope."""

    database: Database
    scope: Scope
    actor: Actor
    today: date

    async def fetch(self, view: View, **values: Any) -> Any:
        """Run a view; refuse with NotFound where it finds nothing."""
        found = await self.database.read(self.scope, view, **values)
        if found is None:
            raise NotFound
        return found

    async def one(self, view: One, allowed: Allowed | None = None, **values: Any) -> Response:
        """Answer with one resource."""
        return answer(await self.fetch(view, **values), allowed)

    async def many(self, request: Request, view: Many, page: Page, **values: Any) -> Response:
        """Answer with one page of a list."""
        cursors = Cursors(self.database.vault.master, self.scope, view.by_words)
        after = None if page.cursor is None else cursors.read(page.cursor)
        items, ended = await self.fetch(view, limit=page.limit, after=after, **values)
        return page_answer(request, items, None if ended is None else cursors.write(ended))

    async def raw(self, view: View, **values: Any) -> Response:
        """Answer with the JSON that the view built as a whole."""
        return Response(await self.fetch(view, **values), media_type="application/json")


async def created(
    act: Act, view: One, location: str, allowed: Allowed | None = None, **values: Any
) -> Response:
    """Answer a creating command: 201, Location, ETag and the resource."""
    response = answer(await show(act.session, view, **values), allowed, status=201)
    response.headers["location"] = f"/api/v1/{location}"
    return response


async def changed(act: Act, view: One, allowed: Allowed | None = None, **values: Any) -> Response:
    """Answer a command on something that exists: 200, the new ETag and the resource."""
    return answer(await show(act.session, view, **values), allowed)


def answer(found: list[str] | None, allowed: Allowed | None = None, status: int = 200) -> Response:
    """Turn a view's texts into a response; allowed actions are put into the object's end."""
    if found is None:
        raise NotFound
    body, version, facts = found
    if allowed is not None:
        actions = ",".join(map(shown, allowed(json.loads(facts))))
        body = f'{body[:-1]},"allowed_actions":[{actions}]}}'
    response = Response(body, status, media_type="application/json")
    response.headers["etag"] = f'"{version}"'
    return response


def shown(action: AllowedAction) -> str:
    """Write an allowed action as JSON: its name, whether it may be done now, and if not, why."""
    refused_by = type(action.refusal) if action.refusal else None
    return _written(action.action, action.rule, refused_by)  # type: ignore[arg-type] # a class is hashable


@lru_cache(maxsize=None, typed=True)
def _written(action: Term, rule: Rule, refusal: type[Refusal] | None) -> str:
    """Write what stands in classes alone, so that each is written once in a process's life."""
    basis = (refusal.basis() if refusal else None) or rule.basis
    said = {
        "action": action.value,
        "label": {"pl": action.pl, "en": action.en},
        "allowed": refusal is None,
        "rule": (refusal.code() if refusal else None) or rule.id,
        "legal_basis": str(basis),
        "reason": {"pl": refusal.pl, "en": refusal.en()} if refusal else None,
    }
    return json.dumps(said, ensure_ascii=False)


def page_answer(request: Request, items: str, cursor: str | None) -> Response:
    """Write a page `{items, next_cursor}` with its Link header (RFC 8288)."""
    body = f'{{"items":{items},"next_cursor":{json.dumps(cursor)}}}'
    response = Response(body, media_type="application/json")
    if cursor:
        said = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
        query = urlencode([*said, ("cursor", cursor)])
        response.headers["link"] = f'<{request.scope["path"]}?{query}>; rel="next"'
    return response
