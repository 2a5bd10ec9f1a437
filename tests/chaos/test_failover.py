"""The scenarios in short: what must never happen does not, on a busy machine either."""

from tests.chaos import failover
from tests.chaos.figures import Figure, all_hold

# Other tests run beside this one: in time, and in time only, the aims are four times as wide.
SLACK = 4.0


def test_nothing_acknowledged_is_lost_when_the_primary_dies() -> None:
    figures = failover.run(5, lambda _: None)
    assert all_hold(figures, SLACK), figures


def test_a_broken_aim_is_seen() -> None:
    assert Figure("lost", 0, most=0).holds()
    assert not Figure("lost", 1, most=0).holds(slack=4)
    assert not Figure("written", 19, least=20).holds()
    assert Figure("first", 3.5, most=3, timed=True).holds(slack=4)
    assert not Figure("first", 3.5, most=3, timed=True).holds()
