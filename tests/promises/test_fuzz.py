"""A short run of the fuzzer (`make fuzz` is the long one): it holds, and it would find a leak."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.fuzz import centre
from tests.fuzz.roles import FUZZER, Place, Plan, fuzz

# `make test` installs it; elsewhere it need not be there.
pytestmark = pytest.mark.skipif(
    not FUZZER.exists(), reason="The fuzzer is not installed: make .venv-fuzz/.ready"
)
SHORT = Plan(examples=3, phases="examples,fuzzing,stateful", seconds=300)
LEAKING = Plan(
    examples=60,
    phases="fuzzing",
    seconds=300,
    only=("list_families", "show_family"),
    leak="show_family",
)


def test_the_fuzzer_finds_a_planted_leak_and_nothing_else(
    superuser_url: str, tmp_path: Path
) -> None:
    url = asyncio.run(centre.fill(superuser_url, tmp_path, families=12))
    place = Place(superuser_url, url, tmp_path)

    found, said = fuzz("social_worker", place, LEAKING)
    assert not found, said
    for check in (
        "Object-level authorization bypass",
        "`only_for_its_people`",
        "`nothing_of_another_centre`",
    ):
        assert check in said

    held, said = fuzz("social_worker", place, SHORT)
    assert held, said
    report = json.loads((tmp_path / "social_worker" / "report.json").read_text(encoding="utf-8"))
    assert report["operations"]["tested"] == report["operations"]["total"]
    told = json.loads((tmp_path / "social_worker" / "told.json").read_text(encoding="utf-8"))
    assert len(told["repeated"]["colleague by us"]) >= 5, "the check of peers was at work"
    assert len(told["repeated"]["stranger by us"]) >= 5
