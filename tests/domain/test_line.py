"""The line before what takes a core: bounded, fair, and nobody loses a place by another's hurry."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from app.domain.errors import Busy
from app.domain.line import Line


class Gate:
    """Work that ends when it is told to, and remembers the order in which it began."""

    def __init__(self, line: Line) -> None:
        """Stand before a line."""
        self.line, self.began = line, list[str]()
        self._open = threading.Semaphore(0)

    def come(self, of: str, name: str = "") -> asyncio.Task[str]:
        """Come to the line with some work."""
        return asyncio.create_task(self.line.work(of, partial(self._work, name or of)))

    def _work(self, name: str) -> str:
        self.began.append(name)
        assert self._open.acquire(timeout=10)
        return name

    def let(self, number: int = 1) -> None:
        """Let so much work end."""
        self._open.release(number)

    async def until(self, told: Callable[[], bool]) -> None:
        """Wait for what threads have done to be seen."""
        for _ in range(1000):
            if told():
                return
            await asyncio.sleep(0.005)
        raise AssertionError(self.began)


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    """Return work before a line of four, one at once; what is left of it ends with the test."""
    gate = Gate(Line(at_once=1, waiting=4, seconds=10))
    yield gate
    gate.let(100)


async def _standing(gate: Gate, *callers: str) -> list[asyncio.Task[str]]:
    """Let one work, the others wait behind it in this order."""
    tasks: list[asyncio.Task[str]] = []
    for of in callers:
        tasks.append(gate.come(of, f"{of}{len(tasks)}"))
        await asyncio.sleep(0)
    await gate.until(lambda: len(gate.began) == 1)
    return tasks


async def test_callers_are_served_in_turn_however_many_of_one_wait(gate: Gate) -> None:
    tasks = await _standing(gate, "crowd", "crowd", "crowd", "crowd", "person")
    gate.let(5)
    await asyncio.gather(*tasks)
    assert gate.began == ["crowd0", "crowd1", "person4", "crowd2", "crowd3"]


async def test_a_full_line_sends_the_next_of_a_crowd_away_at_once(gate: Gate) -> None:
    await _standing(gate, *["crowd"] * 5)
    with pytest.raises(Busy):
        await gate.come("crowd")


async def test_in_a_full_line_the_last_of_the_longest_gives_way(gate: Gate) -> None:
    tasks = await _standing(gate, *["crowd"] * 5)
    person = gate.come("person")
    with pytest.raises(Busy):
        await tasks[4]
    gate.let(5)
    assert await asyncio.gather(*tasks[:4], person)
    assert gate.began == ["crowd0", "crowd1", "person", "crowd2", "crowd3"]


async def test_nobody_gives_way_to_one_who_has_as_many(gate: Gate) -> None:
    tasks = await _standing(gate, "first", "a", "a", "b", "b")
    with pytest.raises(Busy):
        await gate.come("a")
    gate.let(5)
    assert len(await asyncio.gather(*tasks)) == 5


async def test_nobody_waits_longer_than_is_said() -> None:
    gate = Gate(Line(at_once=1, waiting=4, seconds=0.05))
    (first,) = await _standing(gate, "first")
    with pytest.raises(Busy):
        await gate.come("late")
    gate.let(2)
    assert await first == "first0"
    assert await gate.come("next") == "next", "who has gone is not served"


async def test_who_hangs_up_while_waiting_leaves_the_line(gate: Gate) -> None:
    tasks = await _standing(gate, "first", "gone", "next")
    tasks[1].cancel()
    gate.let(2)
    assert await tasks[2] == "next2"
    assert gate.began == ["first0", "next2"]


async def test_a_turn_that_comes_as_somebody_hangs_up_goes_to_the_next(gate: Gate) -> None:
    tasks = await _standing(gate, "first", "gone", "next")
    gate.line._next()  # the turn is given, and before it is taken
    tasks[1].cancel()
    gate.let(2)
    assert await tasks[2] == "next2"


async def test_who_hangs_up_at_work_frees_the_place_when_the_work_ends(gate: Gate) -> None:
    (first,) = await _standing(gate, "first")
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    second = gate.come("second")
    await asyncio.sleep(0.05)
    assert gate.began == ["first0"], "its core is taken still"
    gate.let(2)
    assert await second == "second"


async def test_work_that_fails_frees_its_place(gate: Gate) -> None:
    def fail() -> None:
        raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            await gate.line.work("x", fail)
    gate.let()
    assert await gate.come("x") == "x"
