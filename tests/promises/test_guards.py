"""Every operation is guarded, and the guard keeps out whom it does not let in."""

import pytest
from fastapi.routing import APIRoute
from httpx import Response

from app.api.contract.access import FILE, matrix, scopes
from app.api.deps import Acts, Creates, Reads, scope_of
from app.domain.actor import Role
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE, Person
from tests.factories.routes import anywhere, asks_for_version, guarded, guards, method, operations

PEOPLE: dict[Role, Person] = {
    Role.SOCIAL_WORKER: HERE.social_worker,
    Role.ASSISTANT: HERE.assistant,
    Role.MANAGER: HERE.manager,
    Role.FOSTER_CARE_COORDINATOR: HERE.coordinator,
    Role.ADMINISTRATOR: HERE.administrator,
}
OPEN = {name: access.anyone for name, access in matrix().items() if access.anyone} | {
    "begin_federated_sign_in": "nobody is signed in before signing in",
    "finish_federated_sign_in": "the provider's token is the proof, in the browser that began",
    "issue_client_token": "the secret is the proof (RFC 6749)",
    "docs_page": "the contract is public",
    "docs_access": "the matrix of access is public",
    "docs_asset": "the contract is public",
    "openapi_document": "the contract is public",
    "public_keys": "public keys are public",
}
WITHOUT_VERSION = {
    "sign_out": "a session has one owner, who need not have read it",
    **dict.fromkeys(
        ("end_my_session", "end_my_sessions", "end_staff_session", "end_staff_sessions"),
        "an end is an end, whatever one has read; it must not fail for being late",
    ),
    "change_password": "the present password is the proof",
    "search_families": "notes that somebody searched; names and PESEL must not stand in a URL",
}
SENT = {"if-match": '"1"', "idempotency-key": "any-key-of-eight"}


def _name(route: APIRoute) -> str:
    return route.name


def _pairs(*, allowed: bool) -> list[object]:
    return [
        pytest.param(route, role, id=f"{route.name}-{role.value}")
        for route in guarded()
        for role in Role
        if (role in guards(route)[0].roles) == allowed
        and not (allowed and route.name in WITHOUT_VERSION)
    ]


@pytest.mark.parametrize("route", operations(), ids=_name)
def test_every_operation_has_one_guard(route: APIRoute) -> None:
    found = guards(route)
    if route.name in OPEN:
        assert not found, f"Take {route.name} off OPEN: it has a guard now."
        return
    assert len(found) == 1, (
        f"{route.name}: ask for `act: Annotated[Act, creates(…)]`, `acts(…)` or "
        f"`reader: Annotated[Reader, reads(…)]`, once; it has {len(found)} guards."
    )


def _lines(route: APIRoute) -> str:
    """Write what the file should say of an operation; the scopes are for its author to know."""
    tag = str(route.tags[0])
    roles = [role.value for role in Role if role in guards(route)[0].roles] if guards(route) else []
    said = [f"      {role}: [… one of {', '.join(scopes())}]" for role in roles]
    return "\n".join([f"  {tag}:", f"    {route.name}:", *(said or ["      anyone: the reason"])])


@pytest.mark.parametrize("route", [r for r in operations() if r.include_in_schema], ids=_name)
def test_the_matrix_lets_in_whom_the_guard_lets_in(route: APIRoute) -> None:
    access = matrix().get(route.name)
    told = f"Say in {FILE.name} which rows each role reaches, and have it reviewed:\n"
    assert access is not None, told + _lines(route)
    assert access.tag == route.tags[0], f"{route.name} stands under {access.tag}."
    if not guards(route):
        assert access.anyone, told + _lines(route)
        assert not access.rows
        return
    assert set(access.rows) == set(guards(route)[0].roles), (
        f"{route.name}: the guard in the code lets in others than {FILE.name}. One of the two is "
        f"wrong; by the code it would be\n{_lines(route)}"
    )
    assert access.anyone is None
    assert scope_of(guards(route)[0], route.tags) in {None, access.machines}, (
        f"{access.tag}: say `machines` in {FILE.name}, if machine clients may read there."
    )


@pytest.mark.parametrize("route", guarded(), ids=_name)
def test_reading_and_writing_have_their_own_guards(route: APIRoute) -> None:
    (guard,) = guards(route)
    if method(route) == "GET":
        assert isinstance(guard, Reads), f"{route.name} only reads: use reads(…)."
    elif route.status_code == 201:
        assert isinstance(guard, Creates), f"{route.name} creates: use creates(…)."
        assert method(route) == "POST", f"{route.name} creates: make it a POST."
    else:
        assert isinstance(guard, Acts), f"{route.name} changes what exists: use acts(…)."


@pytest.mark.parametrize("route", guarded(), ids=_name)
def test_a_command_on_something_that_exists_asks_for_its_version(route: APIRoute) -> None:
    needed = isinstance(guards(route)[0], Acts) and route.name not in WITHOUT_VERSION
    if needed:
        assert asks_for_version(route), (
            f"{route.name}: take `version: IfMatch` and lock with it, or name the operation in "
            "WITHOUT_VERSION of this file with the reason."
        )
    elif isinstance(guards(route)[0], Reads):
        assert not asks_for_version(route), f"{route.name} only reads: it needs no If-Match."


@pytest.mark.parametrize("route", guarded(), ids=_name)
def test_an_operation_is_called_like_its_function(route: APIRoute) -> None:
    assert route.operation_id == route.endpoint.__name__, (
        f'{route.path}: write operation_id="{route.endpoint.__name__}".'
    )


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [route.name for route in operations()]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert not twice, f"Rename one of each function: {twice}"
    gone = (OPEN.keys() | WITHOUT_VERSION.keys()) - set(names)
    assert not gone, f"These exceptions name no operation any more: {gone}"


async def _call(api: Api, route: APIRoute, person: Person | None, *, bare: bool) -> Response:
    body: dict[str, str] | None = None if method(route) == "GET" else {}
    kind = "application/merge-patch+json" if method(route) == "PATCH" else "application/json"
    headers = {"content-type": kind} | ({} if bare else SENT)
    return await api.as_(person).send(method(route), anywhere(route), json=body, headers=headers)


@pytest.mark.parametrize("route", guarded(), ids=_name)
async def test_nobody_comes_in_without_a_good_token(api: Api, route: APIRoute) -> None:
    answer = await _call(api, route, None, bare=False)
    problem_of(answer, 401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"
    forged = {"authorization": "Bearer a.b.c", **SENT}
    answer = await api.as_(None).send(method(route), anywhere(route), headers=forged)
    problem_of(answer, 401, "not_signed_in")


@pytest.mark.parametrize(("route", "role"), _pairs(allowed=False))
async def test_another_role_is_turned_away(api: Api, route: APIRoute, role: Role) -> None:
    for bare in (False, True):
        answer = await _call(api, route, PEOPLE[role], bare=bare)
        problem = problem_of(answer, 403, "not_your_role")
        assert problem["facts"]["allowed"] == sorted(guards(route)[0].roles), (
            f"{route.name}: the guard must speak first; put `act` before the other parameters."
        )


@pytest.mark.parametrize(("route", "role"), _pairs(allowed=True))
async def test_what_nobody_has_is_not_found(api: Api, route: APIRoute, role: Role) -> None:
    for bare in (True, False):
        answer = await _call(api, route, PEOPLE[role], bare=bare)
        assert answer.status_code < 500, f"{route.name}: {answer.text}"
        assert answer.status_code not in {401, 403}, f"{route.name}: {answer.text}"
        if route.dependant.path_params and method(route) == "GET":
            problem_of(answer, 404, "not_found")
        elif route.dependant.path_params:
            assert answer.status_code >= 400, f"{route.name} did something to nothing"
