"""Runs an operation straight from its signature, as long as nothing about the request is irregular.

FastAPI works out anew with each request what an operation asks for. Here that is done once, from
the same `Dependant` that the contract is made of, so that document and behaviour can't part. All
parameters are read first, by FastAPI's own fields: whatever one of them refuses is left to
FastAPI's handler, which says it. Then the dependencies are called in FastAPI's order, so that the
guard speaks first, and last of all the operation.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from inspect import isasyncgenfunction, iscoroutinefunction, signature
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin
from uuid import UUID

from fastapi import params
from fastapi.dependencies.models import Dependant
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.bodies import SaidOnce
from app.api.frame import refused_parameters
from app.api.patches import JSON, MERGE_PATCH
from app.api.problems import NoPrecondition

KINDS = frozenset({JSON, MERGE_PATCH})
_MORE = (
    *("cookie_params", "concurrency", "own_oauth_scopes", "response_param_name"),
    *("websocket_param_name", "background_tasks_param_name", "security_scopes_param_name"),
)
_SCALARS = (str, int, date, UUID, Enum, NoneType)
Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
Values: TypeAlias = dict[str, Any]
Parameter: TypeAlias = tuple[str, str, Any]  # the argument, its name in the request, its field


class Irregular(Exception):
    """A parameter is missing or refused, and FastAPI says which; or a signature is unknown here."""


@dataclass(slots=True)
class Step:
    """One callable of an operation: what it takes from the request, and who takes its result."""

    call: Callable[..., Any]
    opens: bool
    defaults: Values
    path: list[Parameter]
    query: list[Parameter]
    headers: list[Parameter]
    body: list[str]
    requests: list[str]
    taker: int = -1
    name: str = "return"


class Lean:
    """An operation whose parameters and dependencies are known before any request."""

    def __init__(self, dependant: Dependant) -> None:
        """Take the steps in FastAPI's order; raise Irregular where the signature asks for more."""
        self._steps: list[Step] = []
        _add(dependant, self._steps)
        calls = [step.call for step in self._steps]
        if len({id(call) for call in calls}) < len(calls):
            raise Irregular("FastAPI calls a dependency once, whoever asks for it")
        if signature(calls[-1]).return_annotation is not Response:
            raise Irregular("FastAPI makes the answer")
        self._body = _body_of(dependant, self._steps)
        self.opens = any(step.opens for step in self._steps)
        self.takes_body = self._body is not None
        self._known = frozenset(name for step in self._steps for _, name, _ in step.query)

    async def body(self, request: Request) -> Any:
        """Read and check the body, if the operation has one."""
        if self._body is None:
            return None
        try:
            regular = request.headers.get("content-type") in KINDS and await request.body()
            said = await request.json() if regular else None
        except HTTPException:  # too large
            raise
        except Exception:  # noqa: BLE001 - nested too deeply, cut off: FastAPI answers 400
            raise Irregular from None
        if not regular:
            raise Irregular
        return _valid(self._body, said)

    def arguments(self, request: Request, body: Any = None) -> list[Values]:
        """Read the arguments of every step; nothing has been called yet."""
        if request.scope["query_string"] and refused_parameters(request, self._known):
            raise Irregular
        return [_arguments(step, request, body) for step in self._steps]

    async def run(self, arguments: list[Values], stack: AsyncExitStack | None = None) -> Response:
        """Call one step after another; what one of them opens is closed with the stack."""
        result: Any = None
        for step, values in zip(self._steps, arguments, strict=True):
            if step.opens:
                assert stack is not None, "this operation opens something"
                opened = asynccontextmanager(step.call)(**values)
                result = await stack.enter_async_context(opened)
            else:
                result = await step.call(**values)
            arguments[step.taker][step.name] = result
        response: Response = result
        return response


def lean_of(dependant: Dependant) -> Lean | None:
    """Prepare an operation; None where its signature is not as plain as ours are."""
    try:
        return Lean(dependant)
    except Irregular:
        return None


async def leanly(lean: Lean | None, request: Request, otherwise: Handler) -> Response:
    """Answer a request; FastAPI's handler gets what is irregular, before anything was done."""
    if lean is None:
        return await otherwise(request)
    try:
        arguments = lean.arguments(request, await lean.body(request))
    except Irregular:
        return await otherwise(request)
    return await lean.run(arguments, request.scope["fastapi_function_astack"])


def straight(lean: Lean, otherwise: ASGIApp) -> ASGIApp:
    """Make an operation that opens nothing one ASGI function: it needs no stack to close."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        request = SaidOnce(scope, receive)
        try:
            if lean.takes_body and request.headers.get("content-type") != JSON:
                raise Irregular  # noqa: TRY301 - the same way out as for what is found deeper
            response = await lean.run(lean.arguments(request, await lean.body(request)))
        except (Irregular, NoPrecondition):
            # Nothing was done yet. The guard speaks first, also of what it left to the command.
            request.state.irregular = True
            await otherwise(scope, request.again(), send)
            return
        await response(scope, receive, send)

    return run


def _add(dependant: Dependant, steps: list[Step]) -> None:
    """Add what a callable depends on, then the callable itself."""
    below: list[Step] = []
    for sub in dependant.dependencies:
        _add(sub, steps)
        steps[-1].name = sub.name or "unnamed"
        below.append(steps[-1])
    steps.append(_step(dependant))
    for step in below:
        step.taker = len(steps) - 1


def _step(dependant: Dependant) -> Step:
    call: Any = dependant.call
    opens = _is(isasyncgenfunction, call) and dependant.scope == "function"
    if not (opens or _is(iscoroutinefunction, call)) or any(getattr(dependant, n) for n in _MORE):
        raise Irregular("FastAPI gives more than a request and its parameters")
    fields = [*dependant.path_params, *dependant.query_params, *dependant.header_params]
    requests = (dependant.request_param_name, dependant.http_connection_param_name)
    return Step(
        call=call,
        opens=opens,
        defaults={f.name: _default(f) for f in fields if not f.field_info.is_required()},
        path=_parameters(dependant.path_params),
        query=_parameters(dependant.query_params),
        headers=_parameters(dependant.header_params),
        body=[field.name for field in dependant.body_params],
        requests=[name for name in requests if name],
    )


def _is(kind: Callable[[Any], bool], call: Any) -> bool:
    return kind(call) or kind(getattr(call, "__call__", None))  # noqa: B004 - a guard is an object


def _parameters(fields: Iterable[Any]) -> list[Parameter]:
    found = []
    for field in fields:
        info = field.field_info
        if info.validation_alias not in {None, field.alias} or not _scalar(info.annotation):
            raise Irregular("FastAPI collects this parameter from several places")
        if isinstance(info, params.Query) and info.is_required():
            raise Irregular("an address without a query is not looked into")
        found.append((field.name, field.alias, field))
    return found


def _default(field: Any) -> Any:
    info = field.field_info
    if info.validate_default or info.default_factory or not isinstance(info.default, _SCALARS):
        raise Irregular("FastAPI makes this default anew for each request")
    return info.default


def _scalar(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return _scalar(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return all(_scalar(part) for part in get_args(annotation))
    return isinstance(annotation, type) and issubclass(annotation, _SCALARS)


def _body_of(dependant: Dependant, steps: list[Step]) -> Any:
    """Return the field of the one body, which is the whole of what is sent."""
    fields: list[Any] = dependant.body_params
    others = any(step.body for step in steps[:-1]) or len(fields) > 1
    if others or any(field.field_info.embed for field in fields):
        raise Irregular("FastAPI puts this body together")
    return fields[0] if fields else None


def _arguments(step: Step, request: Request, body: Any) -> Values:
    values = dict.fromkeys(step.requests, request) | step.defaults
    for name in step.body:
        values[name] = body
    if step.path:
        _take(step.path, request.path_params, values)
    if step.query and request.scope["query_string"]:
        _take(step.query, request.query_params, values)
    if step.headers:
        _take(step.headers, request.headers, values)
    return values


def _take(parameters: list[Parameter], said: Mapping[str, str], values: Values) -> None:
    for name, alias, field in parameters:
        value = said.get(alias)
        if value is not None:
            values[name] = _valid(field, value)
        elif name not in values:
            raise Irregular


def _valid(field: Any, value: Any) -> Any:
    result, errors = field.validate(value)
    if errors:
        raise Irregular
    return result
