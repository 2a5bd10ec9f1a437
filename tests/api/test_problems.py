"""Problem documents: which one for which mistake, in which language, pointing where."""

import json
from typing import Any
from uuid import uuid4

import pytest
from fastapi import Request
from fastapi.routing import APIRoute
from httpx import Response
from hypothesis import example, given
from hypothesis import strategies as st

from app.api.problems import language, problem
from app.domain.errors import Refusal
from tests.factories.api import Api, problem_of
from tests.factories.people import HERE
from tests.factories.routes import operations
from tests.factories.rulebook import refusals

SETTINGS = "/centre/settings"
JSON = {"content-type": "application/json"}
PL, EN = {"accept-language": "pl"}, {"accept-language": "en"}


async def _post(api: Api, content: bytes, **headers: str) -> Response:
    return await api.as_(HERE.manager).send(
        "POST", SETTINGS, content=content, headers=JSON | headers
    )


@pytest.mark.parametrize("content", [b"{", b"{'a': 1}", b"\xff\xfe", b'{"a":', b"[1,", b"{}{}"])
async def test_a_body_that_is_no_json_is_unreadable(api: Api, content: bytes) -> None:
    problem = problem_of(await _post(api, content), 400, "unreadable")
    assert problem["errors"] == []


@pytest.mark.parametrize("content", [b"[]", b"1", b'"text"', b"true", b"null", b""])
async def test_a_body_that_is_no_object_is_invalid(api: Api, content: bytes) -> None:
    problem = problem_of(await _post(api, content), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["#"]


async def test_every_mistake_is_shown_at_once_with_its_place(api: Api) -> None:
    wrong = {
        "valid_from": "2026-02-30",
        "family_limit": "15",
        "works_from": 8,
        "duty_hours": [{"weekday": "monday", "begins": "08:00", "ends": "x"}, {"weekday": "foo"}],
        "surprise": 1,
    }
    problem = problem_of(await api.as_(HERE.manager).post(SETTINGS, wrong), 422, "invalid")
    assert {error["pointer"]: error["code"] for error in problem["errors"]} == {
        "#/valid_from": "date_from_datetime_parsing",
        "#/family_limit": "int_type",
        "#/works_from": "time_type",
        "#/duty_hours/0/ends": "time_parsing",
        "#/duty_hours/1/weekday": "enum",
        "#/duty_hours/1/begins": "missing",
        "#/duty_hours/1/ends": "missing",
        "#/surprise": "extra_forbidden",
    }


@pytest.mark.parametrize(
    ("headers", "language", "title", "detail"),
    [
        (PL, "pl", "Treść nie może zostać przyjęta.", "Nieznane pole."),
        (EN, "en", "The content can't be accepted.", "Unknown field."),
        ({}, "pl", "Treść nie może zostać przyjęta.", "Nieznane pole."),
    ],
    ids=["pl", "en", "none"],
)
async def test_an_unknown_field_is_refused_in_the_reader_s_language(
    api: Api, headers: dict[str, str], language: str, title: str, detail: str
) -> None:
    said = {"valid_from": "2026-05-01", "colour": "red"}
    answer = await api.as_(HERE.manager).post(SETTINGS, said, headers=headers)
    problem = problem_of(answer, 422, "invalid")
    assert answer.headers["content-language"] == language
    assert problem["title"] == title
    assert problem["errors"] == [
        {"pointer": "#/colour", "code": "extra_forbidden", "detail": detail}
    ]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("pl;q=0.5, en;q=0.8", "en"),
        ("en;q=0.2,pl;q=0.9", "pl"),
        ("de", "pl"),
        ("de,en;q=0.1", "en"),
        ("*", "pl"),
        ("", "pl"),
        (";;;q=,q=1.1.1", "pl"),
        ("en;q=" + "9" * 400, "en"),
        ("x," * 5000, "pl"),
        ("en ; Q=0.2 , pl; q=0.9", "pl"),
        ("en;q=0", "pl"),
        ("en;q=0.001", "en"),
        ("pl;q=0,en;q=0.001", "en"),
        ("pl;q=0.999,en;q=1.000", "en"),
        ("english", "pl"),
        ("pl;q=0.5,en;q=²", "en"),
        ("pl;q=0.5,en;q=1²", "en"),
    ],
)
async def test_the_language_is_the_one_preferred(api: Api, accepted: str, language: str) -> None:
    headers: dict[str, Any] = {"accept-language": accepted.encode("latin-1")}
    answer = await api.as_(None).get("/me", headers=headers)
    problem_of(answer, 401, "not_signed_in")
    assert answer.headers["content-language"] == language


_SAID = st.binary() | st.lists(st.sampled_from(["en", "pl", ";", "q=", "0.", "1", ",", "²", "x"]))


@given(_SAID)
@example("en;q=²".encode("latin-1"))
def test_whatever_the_header_says_there_is_a_language(said: bytes | list[str]) -> None:
    value = said if isinstance(said, bytes) else "".join(said).encode("latin-1")
    request = Request({"type": "http", "headers": [(b"accept-language", value)]})
    assert language(request) in {"pl", "en"}


async def test_a_refusal_of_a_rule_explains_itself(api: Api) -> None:
    said = {"valid_from": "2026-05-01", "family_limit": 16}
    answer = await api.as_(HERE.manager).post(SETTINGS, said, headers=EN)
    problem = problem_of(answer, 422, "C13")
    assert problem == {
        "type": "urn:asysta:problem:limit_above_statute",
        "title": "The statute allows at most this many families at the same time.",
        "status": 422,
        "detail": "The statute allows at most this many families at the same time."
        " Limit: 15; value given: 16.",
        "code": "C13",
        "instance": f"urn:uuid:{answer.headers['x-request-id']}",
        "legal_basis": "art. 15 ust. 4 ustawy z dnia 9 czerwca 2011 r. o wspieraniu rodziny"
        " i systemie pieczy zastępczej (Dz.U. 2026 poz. 980)",
        "facts": {"limit": 15, "asked": 16},
        "errors": [],
    }


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/centre?colour=red", "query/colour"),
        ("/centre/settings?limit=1&limit=2", "query/limit"),
        ("/centre/settings?Limit=1", "query/Limit"),
        ("/me?limit=1", "query/limit"),
    ],
    ids=["unknown", "repeated", "another spelling", "of another operation"],
)
async def test_a_wrong_query_parameter_is_refused(api: Api, path: str, pointer: str) -> None:
    for headers, detail in (
        (PL, "Nieznany lub powtórzony parametr."),
        (EN, "Unknown or repeated parameter."),
    ):
        answer = await api.as_(HERE.manager).get(path, headers=headers)
        problem = problem_of(answer, 422, "invalid")
        assert problem["errors"] == [
            {"pointer": pointer, "code": "unknown_parameter", "detail": detail}
        ]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "text/json", "application/xml"]
)
async def test_another_media_type_is_refused(api: Api, kind: str) -> None:
    answer = await api.as_(HERE.manager).send(
        "POST", SETTINGS, content=b'{"valid_from":"2026-05-01"}', headers={"content-type": kind}
    )
    problem_of(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
async def test_json_is_accepted(api: Api, kind: str) -> None:
    answer = await api.as_(HERE.manager).send(
        "POST", SETTINGS, content=b'{"valid_from":"2026-05-01"}', headers={"content-type": kind}
    )
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    "path", ["/nothing", "/centre/", "/centre//settings", "/Centre", "/../secret", "/centre/%2e%2e"]
)
async def test_an_unknown_path_is_not_found(api: Api, path: str) -> None:
    for person in (None, HERE.manager):
        problem_of(await api.as_(person).get(path), 404, "not_found")


@pytest.mark.parametrize("path", ["/", "/api", "/api/v1", "/api/v2/me", "/docs/nothing", "/health"])
async def test_an_unknown_unversioned_path_is_not_found(api: Api, path: str) -> None:
    async with api.client() as client:
        problem_of(await client.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/centre/settings", "GET, HEAD, POST"),
        ("DELETE", "/centre/settings", "GET, HEAD, POST"),
        ("POST", "/me", "GET, HEAD"),
        ("GET", "/sessions", "POST"),
        ("HEAD", "/sessions", "POST"),
        ("TRACE", "/sessions/current", "DELETE"),
        ("FOO", "/sessions/current", "DELETE"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(
    api: Api, method: str, path: str, allowed: str
) -> None:
    answer = await api.as_(HERE.manager).send(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    if method != "HEAD":
        problem_of(answer, 405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/centre", "/centre/settings?limit=2", "/me"])
async def test_head_answers_like_get_without_a_body(api: Api, path: str) -> None:
    caller = api.as_(HERE.manager)
    whole, head = await caller.get(path), await caller.send("HEAD", path)
    assert head.status_code == whole.status_code == 200
    assert head.content == b""
    volatile = {"x-request-id"}
    assert _kept(head.headers, volatile) == _kept(whole.headers, volatile)


def _kept(headers: Any, without: set[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in without}


POINTING = [kind for kind in refusals() if kind.pointer]


def _kind(kind: type[Refusal]) -> str:
    return kind.__name__


@pytest.mark.parametrize("kind", POINTING, ids=_kind)
def test_a_refusal_that_names_a_field_points_at_it(kind: type[Refusal]) -> None:
    state = {"request_id": uuid4()}
    request = Request({"type": "http", "headers": [(b"accept-language", b"en")], "state": state})
    said = json.loads(bytes(problem(request, kind()).body))
    assert said["errors"] == [{"pointer": kind.pointer, "code": kind.kind(), "detail": kind.en()}]


@pytest.mark.parametrize("kind", POINTING, ids=_kind)
def test_a_field_that_a_refusal_names_is_sent_where_it_is_announced(kind: type[Refusal]) -> None:
    places = [route for route in operations() if _announces(route, kind)]
    assert any(kind.pointer.removeprefix("#/") in _fields(route) for route in places), (
        f"No operation that announces {kind.__name__} takes {kind.pointer}."
    )


def _fields(route: APIRoute) -> set[str]:
    (body,) = route.dependant.body_params
    return set(getattr(body.field_info.annotation, "model_fields", ()))


def _announces(route: APIRoute, kind: type[Refusal]) -> bool:
    said = route.responses.get(kind.status, {}).get("x-refusals", [])
    return f"urn:asysta:problem:{kind.kind()}" in [refusal["type"] for refusal in said]
