"""Act: the manager sets what the centre may set."""

from tests.factories.api import Api, problem_of
from tests.factories.people import HERE


async def test_everybody_reads_the_centre(api: Api) -> None:
    """The centre tells its name to whoever is signed in."""
    response = await api.as_(HERE.assistant).get("/centre")
    assert response.status_code == 200
    assert response.json()["code"] == HERE.code


async def test_a_lower_limit_takes_effect_from_its_day(api: Api) -> None:
    """Settings are kept by date."""
    manager = api.as_(HERE.manager)
    said = {"valid_from": "2026-04-01", "family_limit": 10}
    response = await manager.post("/centre/settings", said)
    assert response.status_code == 201, response.text
    assert response.headers["etag"] == '"1"'
    shown = await manager.get(response.headers["location"])
    assert shown.json()["family_limit"] == 10


async def test_a_limit_above_fifteen_is_refused_with_its_article(api: Api) -> None:
    """The statute allows fifteen families, not sixteen."""
    manager = api.as_(HERE.manager)
    said = {"valid_from": "2026-04-01", "family_limit": 16}
    problem = problem_of(await manager.post("/centre/settings", said), 422, "C13")
    assert "art. 15 ust. 4" in problem["legal_basis"]
