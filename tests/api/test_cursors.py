"""Cursors: every page that there is can be asked for, and nothing else is taken for a cursor."""

import json
import os
import re
from dataclasses import replace
from uuid import uuid4

import pytest

from app.api.answers import query_names
from app.api.cursors import BadCursor, Cursors
from app.api.v1.schemas.base import Cursor
from app.db.session import Scope
from app.db.vault.master import Master
from app.db.views import Many
from app.domain import rooms
from app.domain.cases.rules import CaseState
from tests.factories.api import Api, problem_of
from tests.factories.canaries import canaries_in, read_cursor
from tests.factories.cases import make_case
from tests.factories.databases import MASTER
from tests.factories.families import record
from tests.factories.people import ELSEWHERE, HERE, World
from tests.factories.routes import operations
from tests.factories.scopes import scope_of

LONGEST_CURSOR = Cursor.__metadata__[0].max_length  # type: ignore[attr-defined]


@pytest.mark.parametrize("letter", ["a", "ż", "㎢"])
async def test_the_page_after_the_longest_name_can_be_asked_for(api: Api, letter: str) -> None:
    worker = api.as_(HERE.social_worker)
    for street in (letter * 300, letter * 299 + "z"):
        await record(worker, surname=None, street=street, members=[])
    page, seen = (await worker.get("/families?limit=1")).json(), 1
    longest = len(page["next_cursor"])
    while page["next_cursor"]:
        answer = await worker.get(f"/families?limit=1&cursor={page['next_cursor']}")
        assert answer.status_code == 200, answer.text
        page, seen = answer.json(), seen + 1
        longest = max(longest, len(page["next_cursor"] or ""))
    assert seen >= 2
    assert 400 < longest <= LONGEST_CURSOR


@pytest.mark.parametrize(
    ("length", "code"), [(LONGEST_CURSOR, "bad_cursor"), (LONGEST_CURSOR + 1, "invalid")]
)
async def test_a_cursor_of_somebody_else_is_refused(api: Api, length: int, code: str) -> None:
    answer = await api.as_(HERE.social_worker).get(f"/families?cursor={'A' * length}")
    problem_of(answer, 422, code)


# Lists that are sorted by words, and may so end with a name: their cursors are sealed.
BY_WORDS = {
    *("list_families", "list_staff", "list_assistants", "list_foster_families", "list_clients"),
    "list_districts",
}
_PLAIN = re.compile(r"[0-9a-f-]{36}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,19}")
LISTS = [route for route in operations() if "cursor" in query_names(route.dependant)]


def test_only_ids_days_and_numbers_stand_plainly_in_a_cursor() -> None:
    views = {
        f"{room.__name__.split('.')[-2]}.{name}": view
        for room in rooms("queries")
        for name, view in vars(room).items()
        if isinstance(view, Many)
    }
    assert len(views) > 30
    assert len([name for name, view in views.items() if view.by_words]) >= len(BY_WORDS)
    for name, view in views.items():
        kinds = set(re.findall(r"\(\$\d+::text\[\]\)\[\d+\]::(\w+)", view.bare))
        assert view.by_words == ("text" in kinds), name
        assert kinds <= {"text", "uuid", "date", "bigint"}, name


async def test_the_cursors_of_every_list_that_can_be_walked_say_no_name(
    api: Api, world: World
) -> None:
    worker, manager = api.as_(HERE.social_worker), api.as_(HERE.manager)
    for surname in ("Żółkiewska", "Wrzosek-Nowak"):
        await record(worker, surname=surname, street="ul. Źródlana 3")
        made = await make_case(world, CaseState.IN_PROGRESS)
    walked = set()
    for route in LISTS:
        path = route.path.removeprefix("/api/v1")
        for parameter in route.dependant.path_params:
            known = {"case_id": made.case, "family_id": made.family, "staff_id": HERE.assistant.id}
            path = path.replace(f"{{{parameter.alias}}}", str(known.get(parameter.alias, uuid4())))
        answer = await manager.get(f"{path}?limit=1")
        cursor = answer.json().get("next_cursor")
        if not cursor:
            continue
        walked.add(route.name)
        _look_at(route.name, read_cursor(cursor))
        assert cursor in answer.headers["link"]
        following = await manager.get(f"{path}?limit=1&cursor={cursor}")
        assert following.status_code == 200, (route.name, following.text)
    assert {"list_families", "list_staff", "list_assistants", "list_districts"} <= walked
    assert len(walked) > 7, walked


def _look_at(name: str, said: str) -> None:
    if name in BY_WORDS:
        with pytest.raises(ValueError, match=r"."):
            json.loads(said)
        assert not re.search(r"[A-Za-z]{8}", said), "ciphertext reads like nothing"
    else:
        assert all(_PLAIN.fullmatch(str(value)) for value in json.loads(said)), said
    assert not canaries_in(said)


ENDED = json.dumps(["żółkiewska", "id"])
SCOPE = scope_of(HERE.manager)


@pytest.mark.parametrize(
    "other",
    [
        replace(SCOPE, account=HERE.assistant.id),
        replace(SCOPE, centre=ELSEWHERE.id),
        replace(SCOPE, operation="list_staff"),
    ],
    ids=["person", "centre", "list"],
)
def test_a_sealed_cursor_is_good_for_its_person_and_list_only(other: Scope) -> None:
    cursor = Cursors(MASTER, SCOPE, sealed=True).write(ENDED)
    assert Cursors(MASTER, SCOPE, sealed=True).read(cursor) == json.loads(ENDED)
    with pytest.raises(BadCursor):
        Cursors(MASTER, other, sealed=True).read(cursor)


def test_a_sealed_cursor_is_refused_when_it_was_altered_or_the_master_key_is_another() -> None:
    mine = Cursors(MASTER, SCOPE, sealed=True)
    cursor = mine.write(ENDED)
    plain = Cursors(MASTER, SCOPE, sealed=False).write(ENDED)
    letter = "A" if cursor[5] != "A" else "B"
    for wrong in (plain, cursor[:5] + letter + cursor[6:], cursor[4:], cursor[:20]):
        with pytest.raises(BadCursor):
            mine.read(wrong)
    with pytest.raises(BadCursor):
        Cursors(Master.of(os.urandom(32)), SCOPE, sealed=True).read(cursor)


async def test_a_page_that_has_not_changed_is_answered_alike(api: Api, world: World) -> None:
    for _ in range(2):
        await make_case(world, CaseState.SIGNAL_RECEIVED)
    worker = api.as_(HERE.social_worker)
    first, again = [(await worker.get("/families?limit=1")).text for _ in range(2)]
    assert json.loads(first)["next_cursor"]
    assert first == again
