"""What each operation must hold beside its example, whatever it is about: tried at its first call.

A probe is spoken of by the contract alone: it applies to an operation by what the operation takes
and promises, so a new one is tried on the day that it gets its example. Those of `BEFORE` spoil the
call, which must be refused without a trace; those of `AFTER` look at what came of it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from httpx import Response
from sqlalchemy import text

from app.domain.webhooks.rules import SUBJECTS
from tests.factories.people import HERE
from tests.factories.scopes import count, system_scope
from tests.stories.contract import DOCUMENT, Operation, names_in
from tests.stories.teller import Call, Teller

# Where the promise is "if": a replay, a next page, a browser that asks, an answer kept by a cache.
SOMETIMES = {"Idempotency-Replayed", "Link", "Access-Control-Allow-Origin"}
ORIGIN = "https://spa.example"
# A property of one of these names belongs to a family, a case or somebody of a family.
FAMILY_WORDS = frozenset(
    {
        *("family_id", "case_id", "family_surname", "surname", "first_name", "last_name"),
        *("pesel", "person_id", "members", "candidates", "case_state", "signer_ids"),
    }
)
# Where events lie; and what changes nothing that anybody would have to be told of, with the reason.
OUTBOX = ("event", "office_event")
UNTOLD = {
    "sign_in": "sessions come and go; the audit and the log have them",
    "refresh_session": "the same session goes on",
    "sign_out": "sessions come and go; the audit and the log have them",
    "begin_second_factor": "nothing is in force before its first code is confirmed",
    "search_families": "a search changes nothing; the audit has it",
}
_SAME = "xmin IN (SELECT a.xmin FROM audit_entry a WHERE a.request_id = :id)"
_TOLD = text(
    f"SELECT type, family_id, case_id, subject_id FROM event WHERE {_SAME} UNION ALL"
    f" SELECT type, NULL, NULL, subject_id FROM office_event WHERE {_SAME}"
)
Tried = Callable[[Teller, Call, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Probe:
    """One promise: which operations make it, and how it is tried."""

    name: str
    applies: Callable[[Operation], bool]
    tried: Tried


async def refused(teller: Teller, call: Call, status: int, code: str | None = None) -> Response:
    """Send a spoilt call; return its refusal, which the contract must announce."""
    answer = await teller.send(call)
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert str(status) in call.operation.answers, f"{status} is not documented"
    assert code is None or answer.json()["code"] == code, answer.text
    return answer


async def _version(teller: Teller, call: Call, _: Response) -> None:
    """Get 428 without a strong version, and 412 for another one, with the present one."""
    present = call.headers["if-match"]
    for wrong in (None, "*", f"W/{present}", present.strip('"'), f'{present}, "999"'):
        await refused(teller, call.with_headers(if_match=wrong), 428, "no_precondition")
    for stale in ('"999999999"', '"0"'):
        answer = await refused(teller, call.with_headers(if_match=stale), 412, "stale")
        assert answer.headers["etag"] == present


async def _key(teller: Teller, call: Call, _: Response) -> None:
    """Get 400 without a key, and with one that is none."""
    for wrong in (None, "short", "x" * 129, "spaced out key", "klucz-ąę-123"):
        await refused(teller, call.with_headers(idempotency_key=wrong), 400, "no_idempotency_key")


async def _languages(teller: Teller, call: Call, _: Response) -> None:
    """Expect Polish, or English for those who prefer it."""
    said = {}
    for asked in ("pl", "en", "en;q=0.3, pl", "de, en;q=0.5", "de", "", "*"):
        spoilt = call.asking(no_such="1").with_headers(accept_language=asked)
        answer = await refused(teller, spoilt, 422, "invalid")
        said[asked] = (answer.headers["content-language"], answer.json()["title"])
    assert said["pl"] != said["en"]
    assert said["en"] == said["de, en;q=0.5"]
    assert {said[asked] for asked in ("en;q=0.3, pl", "de", "", "*")} == {said["pl"]}


async def _unknown(teller: Teller, call: Call, _: Response) -> None:
    """Get 422 for a query parameter that isn't known, and for one that comes twice."""
    answer = await refused(teller, call.asking(no_such="1"), 422, "invalid")
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("query/no_such", "unknown_parameter")
    for name in call.operation.queries:
        twice = call.asking(**{name: "1"})
        twice = replace(twice, url=f"{twice.url}&{name}=1")
        errors = (await refused(teller, twice, 422, "invalid")).json()["errors"]
        assert f"query/{name}" in [found["pointer"] for found in errors]


async def _signed(teller: Teller, call: Call, _: Response) -> None:
    """Get 401 without a token, with the way to sign in."""
    answer = await refused(teller, replace(call, person=None), 401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


async def _body(teller: Teller, call: Call, _: Response) -> None:
    """Get 415 for another media type, 400 for broken JSON, 422 for another form."""
    for other in ("text/plain", "application/xml", "application/x-www-form-urlencoded", ""):
        await refused(teller, call.with_headers(content_type=other), 415)
    await refused(teller, replace(call, body=b'{"a": '), 400, "unreadable")
    for form in (b"[]", b'"text"', b"1", b"null", b""):
        await refused(teller, replace(call, body=form), 422, "invalid")
    spoilt = replace(call, body=call.body | {"no_such_field": 1})
    errors = (await refused(teller, spoilt, 422, "invalid")).json()["errors"]
    assert "#/no_such_field" in [found["pointer"] for found in errors]


async def _preflight(teller: Teller, call: Call, _: Response) -> None:
    """Ask first, as a browser does: our origin may send what is taken, another may not."""
    wanted = {"access-control-request-method": call.operation.method}
    wanted["access-control-request-headers"] = ", ".join(
        ("authorization", *sorted(call.headers.keys() - {"origin"}))
    )
    async with teller.api.client() as client:
        ours = await client.options(call.url, headers=wanted | {"origin": ORIGIN})
        another = await client.options(
            call.url, headers=wanted | {"origin": "https://evil.example"}
        )
    assert ours.status_code == 200, ours.text
    assert ours.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-origin" not in another.headers


async def _promised(_: Teller, call: Call, answer: Response) -> None:
    """Find every header of the contract, saying what it should."""
    said = set(call.operation.success[1]["headers"]) - SOMETIMES
    assert {name.lower() for name in said} <= answer.headers.keys()
    assert answer.headers["api-version"] == DOCUMENT["info"]["version"]
    assert UUID(answer.headers["x-request-id"])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    if "ETag" in said:
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    if answer.content:
        (kind,) = call.operation.success[1]["content"]
        assert answer.headers["content-type"] == kind
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert said <= set(exposed), "a script in a browser can't read it"


async def _found_again(teller: Teller, call: Call, answer: Response) -> None:
    """Find what was created at its Location, with the same version."""
    read = await teller.api.as_(call.person).get(answer.headers["location"])
    assert read.status_code == 200, read.text
    assert read.json()["id"] == answer.json()["id"]
    assert read.headers["etag"] == answer.headers["etag"]


async def _replayed(teller: Teller, call: Call, answer: Response) -> None:
    """Get the first answer again for the same key and body; with another body none."""
    again = await teller.send(call)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.content) == (answer.status_code, answer.content)
    for header in ("etag", "location", "content-type"):
        assert again.headers.get(header) == answer.headers.get(header)
    assert "idempotency-replayed" not in answer.headers
    body = dict(call.body or {}) | {"no_such_field": 1}
    await refused(teller, replace(call, body=body), 409, "key_reused")


async def _paged(teller: Teller, call: Call, _: Response) -> None:
    """Get the same list item by item, by `next_cursor` and `Link`; wrong pages are refused."""
    whole = (await teller.send(call.asking(limit="100"))).json()["items"]
    assert whole, "An example of a list has something in it."
    found, page = [], await teller.send(call.asking(limit="1"))
    while page.headers.get("link"):
        found += page.json()["items"]
        following = call.asking(limit="1", cursor=page.json()["next_cursor"])
        assert page.headers["link"] == f'<{following.url}>; rel="next"'
        page = await teller.send(following)
    assert page.json()["next_cursor"] is None
    assert [*found, *page.json()["items"]] == whole
    for wrong in ({"limit": "0"}, {"limit": "101"}, {"limit": "1.5"}, {"cursor": "!"}):
        await refused(teller, call.asking(**wrong), 422, "invalid")
    for cursor in ("abcd", "bm9uZQ", "WzFd", "e30"):
        await refused(teller, call.asking(cursor=cursor), 422, "bad_cursor")


async def _noted(teller: Teller, _: Call, answer: Response) -> None:
    """Find an entry of the audit for every answer that shows something of a family."""
    request = UUID(answer.headers["x-request-id"])
    async with teller.api.app.state.database.begin(system_scope()) as session:
        noted = await count(session, "audit_entry", "request_id = :id", id=request)
    assert noted, "Use app.note_reading in the view, or `noted=` of a list of several families."


async def _told(teller: Teller, call: Call, answer: Response) -> None:
    """Find an event in the transaction that wrote; none where the list says so."""
    request = UUID(answer.headers["x-request-id"])
    async with teller.api.app.state.database.begin(system_scope()) as session:
        told = [await count(session, table, _SAME, id=request) for table in OUTBOX]
    if call.operation.id in UNTOLD:
        assert not any(told), "It is told by now: take it out of UNTOLD."
    else:
        assert any(told), "Call `emit` or `tell` beside what the service writes."


async def _read_on(teller: Teller, call: Call, answer: Response) -> None:
    """Read what a webhook would point to, for each event that the call has left and may be told."""
    del call
    request = UUID(answer.headers["x-request-id"])
    api = teller.api
    async with api.app.state.database.begin(system_scope()) as session:
        told = (await session.execute(_TOLD, {"id": request})).all()
    for kind, family, case, subject in told:
        if kind in SUBJECTS:
            place = SUBJECTS[kind].place.format(family=family, case=case, subject=subject)
            found = await api.as_(HERE.manager).get(f"/{place}")
            assert found.status_code == 200, f"{kind}: {place} is {found.status_code}"


async def _headed(teller: Teller, call: Call, answer: Response) -> None:
    """Get the headers of GET for HEAD, and no body (RFC 9110 §9.3.2)."""
    async with teller.api.client() as client:
        headers = teller.api.as_(call.person).headers() | call.headers
        head = await client.head(call.url, headers=headers)
    assert (head.status_code, head.content) == (answer.status_code, b"")
    assert head.headers.get("etag") == answer.headers.get("etag")


def shows_families(operation: Operation) -> bool:
    """Tell whether an answer is of a family: by its properties or address, or as a document."""
    content = operation.success[1].get("content", {})
    if content.keys() - {"application/json"} or FAMILY_WORDS & operation.parameters.keys():
        return True
    return not FAMILY_WORDS.isdisjoint(names_in(operation.success[1]))


def _guarded(operation: Operation) -> bool:
    return not operation.open


def _always(_: Operation) -> bool:
    return True


def _takes(parameter: str) -> Callable[[Operation], bool]:
    return lambda operation: operation.takes(parameter)


BEFORE = (
    Probe("signed", _guarded, _signed),
    Probe("languages", _always, _languages),
    Probe("unknown_query", _always, _unknown),
    Probe("version", _takes("If-Match"), _version),
    Probe("key", _takes("Idempotency-Key"), _key),
    Probe("body", lambda operation: operation.body is not None, _body),
    Probe("preflight", _always, _preflight),
)
AFTER = (
    Probe("promised", _always, _promised),
    Probe("found_again", _takes("Idempotency-Key"), _found_again),
    Probe("replayed", _takes("Idempotency-Key"), _replayed),
    Probe("paged", _takes("cursor"), _paged),
    Probe("noted", shows_families, _noted),
    Probe("told", lambda operation: operation.method != "GET", _told),
    Probe("read_on", lambda operation: operation.method != "GET", _read_on),
    Probe("head", lambda operation: operation.method == "GET", _headed),
)
