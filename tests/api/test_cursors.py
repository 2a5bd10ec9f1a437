"""Cursors: every page that there is can be asked for, and nothing else is taken for a cursor."""

import pytest

from app.api.v1.schemas.base import Cursor
from tests.factories.api import Api, problem_of
from tests.factories.families import record
from tests.factories.people import HERE

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
