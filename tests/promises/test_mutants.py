"""A handful of mutants (`make mutants` tries all): each protection taken away turns a test red."""

import time

from tests.mutations.__main__ import every, handful, try_all

PATIENCE_S = 900


def test_a_protection_that_is_taken_away_turns_a_test_red(superuser_url: str) -> None:
    mutants = handful(every(superuser_url))
    assert len(mutants) >= 8, "policies, FORCE, triggers, functions, hooks and guards"
    found = list(try_all(superuser_url, mutants, time.monotonic() + PATIENCE_S))
    assert {outcome.mutant for outcome in found} == {mutant.name for mutant in mutants}
    alive = {outcome.mutant: outcome.wrong for outcome in found if outcome.red is None}
    assert not alive, f"Write the test that turns red: {alive}"
