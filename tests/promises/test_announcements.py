"""What an operation announces: its answers, headers, refusals and roles follow from its form."""

from typing import Any

import pytest

from app.api.answers import query_names
from app.api.contract.refusals import REFUSALS
from app.api.v1.reference import all_rules
from tests.factories.api import EVERYWHERE
from tests.factories.document import COMPONENTS, DOCUMENT, Part, said_operations, shared
from tests.factories.routes import asks_for_version, creates, guards, operations

ROUTES = {route.operation_id: route for route in operations()}
OPEN = {"sign_in", "refresh_session", "finish_password_reset", "live", "ready"}


def _each() -> list[Any]:
    return [pytest.param(operation, id=operation["operationId"]) for operation in said_operations()]


def test_every_operation_is_locked_or_open_on_purpose() -> None:
    assert DOCUMENT["security"], "What an operation forgets to say is locked."
    unlocked = {o["operationId"] for o in said_operations() if not o["security"]}
    assert unlocked == OPEN


@pytest.mark.parametrize("operation", _each())
def test_every_answer_says_its_headers(operation: Part) -> None:
    for status, said in operation["responses"].items():
        headers = set(shared(said)["headers"])
        assert {"X-Request-ID", "API-Version"} <= headers, status
        assert ("Retry-After" in headers) == (status in {"429", "503"})
        assert ("WWW-Authenticate" in headers) == (status == "401")


@pytest.mark.parametrize("operation", _each())
def test_an_operation_announces_what_it_can_answer_and_no_more(operation: Part) -> None:
    route = ROUTES[operation["operationId"]]
    good = str(route.status_code or 200)
    can = {good, "422", "429", "500"} | {str(status) for status in route.responses}
    for demand, statuses in (
        (guards(route), {"401", "403", "503"}),
        (route.body_field, {"400", "413", "415"}),
        (route.dependant.path_params, {"404"}),
        (asks_for_version(route), {"412", "428"}),
        (creates(route), {"400", "409"}),
    ):
        can |= statuses if demand else set()
    assert operation["responses"].keys() == can


@pytest.mark.parametrize("operation", _each())
def test_an_operation_shows_what_it_demands(operation: Part) -> None:
    route = ROUTES[operation["operationId"]]
    parameters = {p["name"]: p for p in map(shared, operation.get("parameters", ()))}
    assert all(parameter["description"] for parameter in parameters.values())
    assert ("If-Match" in parameters) == asks_for_version(route)
    assert ("Idempotency-Key" in parameters) == creates(route)
    if creates(route):
        assert {"Location", "ETag"} <= set(operation["responses"]["201"]["headers"])


@pytest.mark.parametrize("operation", _each())
def test_an_operation_names_the_roles_that_its_guard_lets_in(operation: Part) -> None:
    roles = [sorted(guard.roles) for guard in guards(ROUTES[operation["operationId"]])]
    assert roles == ([operation["x-roles"]] if operation["security"] else [])
    assert ("x-roles" in operation) == bool(roles)


@pytest.mark.parametrize("operation", _each())
def test_a_response_names_its_refusals_and_each_is_told_once(operation: Part) -> None:
    route = ROUTES[operation["operationId"]]
    responses = operation["responses"].items()
    named = {status: shared(said).get(REFUSALS, []) for status, said in responses}
    for status, said in route.responses.items():
        for refusal in said.get(REFUSALS, ()):
            assert refusal["type"] in named[str(status)]
            told = {"legal_basis": None} | COMPONENTS[REFUSALS][refusal["type"]]
            assert {"type": refusal["type"]} | told == refusal
    for status, types in named.items():
        gateways = status == "429" and 429 not in route.responses
        assert bool(types) == (status >= "400" and not gateways), "The gateway's has none."
        assert len(set(types)) == len(types)


@pytest.mark.parametrize("operation", _each())
def test_a_response_names_what_is_refused_by_the_form_of_the_operation(operation: Part) -> None:
    route = ROUTES[operation["operationId"]]
    own = {
        refusal["code"] for said in route.responses.values() for refusal in said.get(REFUSALS, ())
    }
    can = own | {"invalid", "our_error"}
    for demand, codes in (
        (
            guards(route),
            {"not_signed_in", "not_your_role", "insufficient_scope", "busy"}
            | {"K3", "J1", "C10", "S4", "keys_destroyed"},
        ),
        (route.body_field, {"unreadable", "body_too_large", "unsupported_media_type"}),
        (route.dependant.path_params, {"not_found"}),
        (asks_for_version(route), {"no_precondition", "stale"}),
        (creates(route), {"no_idempotency_key", "key_reused", "answer_erased"}),
        ("cursor" in query_names(route.dependant), {"bad_cursor"}),
    ):
        can |= codes if demand else set()
    types = [t for said in operation["responses"].values() for t in shared(said).get(REFUSALS, ())]
    assert {COMPONENTS[REFUSALS][kind]["code"] for kind in types} == can


def test_what_any_operation_may_refuse_is_in_the_contract() -> None:
    told = {said["code"] for said in COMPONENTS[REFUSALS].values()}
    assert EVERYWHERE - told == {"method_not_allowed"}, "An operation has one method."


def test_every_refusal_that_is_told_is_named_and_stands_on_its_article() -> None:
    named = {
        kind
        for operation in said_operations()
        for said in operation["responses"].values()
        for kind in shared(said).get(REFUSALS, ())
    }
    assert named == COMPONENTS[REFUSALS].keys()
    rules = {rule.id: str(rule.basis) for rule in all_rules()}
    for kind, said in COMPONENTS[REFUSALS].items():
        assert len({said["pl"], said["en"], ""}) == 3, f"{kind} is said in Polish and in English"
        assert said.get("legal_basis") == rules.get(said["code"]), kind
