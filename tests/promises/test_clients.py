"""The typed clients of `openapi/sample` do what they tell, against a real server."""

import re

import pytest

from openapi.tools import gates

TODAY = r"\d{4}-\d\d-\d\d"
MADE = gates.HERE / "node_modules" / ".ready", gates.ROOT / ".venv-clients" / ".ready"
pytestmark = pytest.mark.skipif(
    not all(made.exists() for made in MADE), reason="run make contract once"
)


def _line(road: list[str], pattern: str) -> int:
    """Return where the one line stands that fits."""
    found = [at for at, line in enumerate(road) if re.fullmatch(pattern, line)]
    assert len(found) == 1, "\n".join(road)
    return found[0]


# One test: the compiled sample lies in one folder, which two workers would both write.
def test_the_sample_takes_a_family_from_the_signal_to_the_archive(server: str) -> None:
    road = gates.run("npm", "run", "--silent", "sample", ASYSTA_URL=server).splitlines()
    steps = (
        rf"social_worker +signed in and exchanged the tokens; today is {TODAY}",
        r"social_worker +recorded the family; .+: replayed true",
        r"social_worker +received the signal",
        r'social_worker +submitted the application: submitted, versions tried "1" "2"',
        rf"manager +assigned the assistant since {TODAY}",
        r"social_worker +confirmed it",
        r"assistant +activates .+: refused, 409 E2 .+ \[art\. 15 ust\. 1 .+\]",
        r"assistant +button “activate” grey: .+ \[art\. 15 ust\. 1 .+\]",
        r"foster_care_coordinator worklist: plan to agree",
        r"foster_care_coordinator agreed the plan, for the placed child",
        r"assistant +activated the plan: active",
        r"assistant +signed the final assessment and handed it over: handed_over",
        r"manager +closed the case: monitoring",
        r"manager +ended the monitoring: archived",
    )
    places = [_line(road, step) for step in steps]
    assert places == sorted(places)
    assert places[-1] == len(road) - 1


def test_the_python_client_takes_its_first_steps(server: str) -> None:
    gates.generated()
    *steps, refused = gates.first_steps(server)
    assert steps == [
        "districts: 3",
        "recorded once; replayed: true",
        'somebody was faster than "1"',
        "street: ul. Żabia 3/4 then None",
    ]
    assert re.fullmatch(r"refused: 422 B1 .+ \[art\. 11 ust\. 1 .+\]", refused)
