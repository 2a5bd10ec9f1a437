"""If-Match: nobody overwrites what they have not read."""

import asyncio

import pytest

from app.db.session import Database
from app.main import create_app
from app.settings import Settings
from tests.factories.api import Api, problem_of
from tests.factories.clock import TestClock
from tests.factories.people import ELSEWHERE, HERE

PATH = f"/districts/{HERE.district}"
MERGE = {"content-type": "application/merge-patch+json"}


async def test_the_version_that_was_read_may_be_changed(api: Api) -> None:
    manager = api.as_(HERE.manager)
    read = await manager.get(PATH)
    assert read.headers["etag"] == f'"{read.json()["version"]}"'
    said = {"address": "ul. Nowa 1"}
    done = await manager.patch(PATH, said, version=read.json()["version"])
    assert done.status_code == 200, done.text
    assert done.json()["version"] == read.json()["version"] + 1
    assert done.headers["etag"] == f'"{done.json()["version"]}"'
    assert (await manager.get(PATH)).content == done.content


async def test_without_a_version_nothing_is_changed(api: Api) -> None:
    manager = api.as_(HERE.manager)
    problem_of(await manager.patch(PATH, {"address": "x"}), 428, "no_precondition")
    assert (await manager.get(PATH)).json()["version"] == 1


async def test_a_stale_version_is_refused_with_the_current_one(api: Api) -> None:
    manager = api.as_(HERE.manager)
    await manager.patch(PATH, {"address": "ul. Nowa 1"}, version=1)
    answer = await manager.patch(PATH, {"address": "ul. Inna 2"}, version=1)
    problem = problem_of(answer, 412, "stale")
    assert answer.headers["etag"] == '"2"'
    assert problem["facts"] == {"current": 2}
    assert (await manager.get(PATH)).json()["address"] == "ul. Nowa 1"


async def test_a_version_of_the_future_is_refused(api: Api) -> None:
    answer = await api.as_(HERE.manager).patch(PATH, {"address": "x"}, version=999_999_999)
    problem_of(answer, 412, "stale")


@pytest.mark.parametrize(
    "said",
    [
        *("", "1", "*", 'W/"1"', '"1', "'1'", '"x"', '"1", "2"', '"-1"', '" 1"', '"1"x', '"٣"'),
        *('"12345678901"', '""', '"1"\n'),
    ],
)
async def test_a_malformed_version_is_none(api: Api, said: str) -> None:
    headers = [(name.encode(), value.encode()) for name, value in MERGE.items()]
    headers += [(b"if-match", said.encode())]
    signed = api.as_(HERE.manager).headers()
    headers += [(name.encode(), value.encode()) for name, value in signed.items()]
    async with api.client() as client:
        answer = await client.patch(f"/api/v1{PATH}", content=b'{"address":"x"}', headers=headers)
    problem_of(answer, 428, "no_precondition")


async def test_absence_comes_before_staleness(api: Api) -> None:
    answer = await api.as_(ELSEWHERE.manager).patch(PATH, {"address": "x"}, version=7)
    problem_of(answer, 404, "not_found")


async def test_of_two_changes_at_once_one_is_refused(
    settings: Settings, pools: Database, clock: TestClock
) -> None:
    manager = Api(create_app(settings, database=pools, clock=clock), clock).as_(HERE.manager)
    version = (await manager.get(PATH)).json()["version"]
    changes = (manager.patch(PATH, {"address": f"ul. Nowa {n}"}, version=version) for n in range(8))
    answers = await asyncio.gather(*changes)
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (done,) = [answer for answer in answers if answer.status_code == 200]
    assert (await manager.get(PATH)).content == done.content
