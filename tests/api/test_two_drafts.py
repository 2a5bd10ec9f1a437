"""A regression: the facts of one case's draft once captured another case's name."""

from tests.factories.api import Api
from tests.factories.people import HERE, World
from tests.factories.plans import consult, draft


async def test_two_cases_with_draft_plans_in_one_centre_can_both_be_read(
    api: Api, world: World
) -> None:
    first, second = await draft(api, world), await draft(api, world)
    await consult(api, second)
    for found, code in ((first, "E2"), (second, None)):
        for person in (HERE.assistant, HERE.manager, HERE.social_worker):
            shown = await api.as_(person).get(f"/cases/{found.made.case}")
            assert shown.status_code == 200, shown.text
            assert shown.json()["links"]["draft_plan"] == found.id
        shown = await api.as_(HERE.assistant).get(f"/cases/{found.made.case}")
        said = {a["action"]: a for a in shown.json()["allowed_actions"]}["activate_plan"]
        assert (None if said["allowed"] else said["rule"]) == code, said
