"""The scenarios in short: what must never happen does not, on a busy machine either."""

from collections.abc import Iterator

import pytest

from app.db.vault.renewal import BATCH
from tests.chaos import backup, jobs, kill, linear, once, proxy, telling
from tests.chaos.figures import Figure
from tests.chaos.history import Operation, linearizable
from tests.chaos.office import Office, office

# Other tests run beside this one: in time, and in time only, the aims are four times as wide.
SLACK = 4.0


def quietly(_: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def place() -> Iterator[Office]:
    """Return an office for the scenarios that leave its server alive."""
    with office(4, durable=False) as ready:
        yield ready


def broken(figures: list[Figure]) -> list[Figure]:
    return [figure for figure in figures if not figure.holds(SLACK)]


def test_one_intention_has_one_effect(place: Office) -> None:
    figures = once.send(place, 2, quietly)
    assert not broken(figures)


def test_a_killed_sender_tells_all_and_nothing_twice_to_who_keeps_the_ids(place: Office) -> None:
    figures = telling.tell(place, 60, 2, quietly, wait=False)
    assert not broken(figures)


def test_nothing_hangs_whatever_the_network_does(place: Office) -> None:
    figures = proxy.disturb(place, 2, quietly, SLACK)
    assert not broken(figures)


def test_each_acknowledged_write_is_there_once_after_kills() -> None:
    figures = kill.run(0.06, quietly)
    assert not broken(figures)


def test_what_a_killed_job_had_done_stays_done_and_the_rest_is_done_once() -> None:
    with office(1, durable=False) as place:
        figures = jobs.interrupt(place, 12, 2, 8 * BATCH, quietly)
    assert not broken(figures)


def test_a_backup_becomes_the_same_centre_again(place: Office) -> None:
    figures = backup.carry_over(place, 1, quietly)
    assert not broken(figures)


async def test_concurrent_assignments_have_an_order_that_explains_them(place: Office) -> None:
    """The last one on this server: its planted variant drops a key."""
    figures = await linear.judge(place, 3, quietly)
    assert not broken(figures)


def taken(began: float, ended: float, answer: str = "ok") -> Operation:
    return Operation(("take",), began, ended, answer)


def one_place(state: object, _: object) -> tuple[object, str]:
    return (1, "ok") if state == 0 else (state, "full")


@pytest.mark.parametrize(
    ("history", "explained"),
    [
        ([taken(0, 1), taken(2, 3, "full")], True),
        ([taken(0, 1, "full"), taken(2, 3)], False),  # nobody was before the first
        ([taken(0, 2, "full"), taken(1, 3)], True),  # they overlap: the second may be first
        ([taken(0, 2), taken(1, 3)], False),  # two in one place
    ],
)
def test_a_history_is_accepted_if_some_order_explains_it(
    history: list[Operation], explained: bool
) -> None:
    assert linearizable(history, 0, one_place) is explained
