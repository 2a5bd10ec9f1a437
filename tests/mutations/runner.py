"""Tries mutants: the tests are collected once, then each mutant is tried in a fork of them.

A worker has its own databases, ready before the first mutant; the tests take them for new ones.
"""

import asyncio
import os
import signal
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import SimpleQueue
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from _pytest.main import pytest_runtestloop

from tests.factories import databases, every_table, people
from tests.factories.databases import of_database
from tests.mutations import code
from tests.mutations.mutant import Mutant, Outcome

PATIENCE_S = 300
# The names by which tests/conftest.py and the tests call their databases in a run without workers.
USUAL, FILLED = "asysta_main", "asysta_main_filled"
QUIET = ("-x", "-q", "-s", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist")
# The process is warm on purpose.
WARM = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
_new_database, _settle = databases.new_database, people.settle_world


def work(superuser_url: str, files: Sequence[str], tasks: Any, outcomes: Any) -> None:
    """Be a worker: collect the files, then try mutants until there is none left."""
    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        os.dup2(nothing.fileno(), 1)
        worker = _Worker(superuser_url, tasks, outcomes)
        worker.prepare()
        pytest.main([*QUIET, *WARM, *files], plugins=[worker])


class _Worker:
    """The plugin of pytest that tries mutants instead of running the tests once."""

    def __init__(
        self, superuser_url: str, tasks: "SimpleQueue[Mutant | None]", outcomes: "SimpleQueue[Any]"
    ) -> None:
        """Know where mutants come from, and where outcomes go."""
        self.superuser_url, self.tasks, self.outcomes = superuser_url, tasks, outcomes
        self.urls: dict[str, str] = {}
        self.writing: int | None = None
        self.changed = False  # whether the mutant is in the databases, not in the code
        self.sound: set[str] = set()  # tests that are known to be green without a mutant

    def prepare(self) -> None:
        """Make both databases, and let the tests find them."""
        name = f"mutants_{os.getpid()}"
        usual = asyncio.run(_new_database(self.superuser_url, name))
        asyncio.run(_settle(usual))
        filled = asyncio.run(every_table.filled_database(self.superuser_url, f"{name}_filled"))
        every_table.FILLED[FILLED] = filled
        self.urls = {USUAL: of_database(self.superuser_url, name), FILLED: filled}

        async def new_database(superuser_url: str, name: str) -> str:
            assert name == USUAL or not self.changed, "This database knows nothing of the mutant."
            return usual if name == USUAL else await _new_database(superuser_url, name)

        async def settle_world(url: str) -> None:
            if url != usual:
                await _settle(url)

        databases.new_database, people.settle_world = new_database, settle_world

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: Any) -> None:
        """Let the tests use the server that runs already."""
        config.superuser_url = self.superuser_url

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        """Try mutant after mutant."""
        for mutant in iter(self.tasks.get, None):
            self.outcomes.put(self.tried(session, mutant))
        return True

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Tell the parent of the first red test."""
        if report.failed and self.writing is not None:
            os.write(self.writing, report.nodeid.encode())
            self.writing = None

    def tried(self, session: Any, mutant: Mutant) -> Outcome:
        """Apply a mutant, run its tests in a fork until one is red, take it back."""
        began, self.changed = time.monotonic(), bool(mutant.apply)
        try:
            asyncio.run(self._execute(mutant.apply))
            red = self._red(session, mutant)
        except (OSError, asyncpg.PostgresError, AssertionError):
            return Outcome(mutant.name, None, 0, traceback.format_exc(limit=-1))
        finally:
            asyncio.run(self._execute(mutant.undo))
        if red and red not in self.sound:
            if self._red(session, Mutant(mutant.name, mutant.tests), only=red):
                return Outcome(mutant.name, None, 0, f"{red} is red without the mutant as well")
            self.sound.add(red)
        return Outcome(mutant.name, red, time.monotonic() - began)

    async def _execute(self, statements: Sequence[str]) -> None:
        for url in self.urls.values() if statements else ():
            connection = await asyncpg.connect(url)
            try:
                await connection.execute("SET ROLE asysta_owner")
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

    def _red(self, session: Any, mutant: Mutant, only: str = "") -> str | None:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                self._run(session, mutant, writing, only)
            os._exit(0)  # whatever has happened: the server belongs to the parent
        os.close(writing)
        signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
        signal.alarm(PATIENCE_S)
        with os.fdopen(reading, encoding="utf-8") as told:
            said = told.read()
        os.waitpid(child, 0)
        signal.alarm(0)
        assert said, "the tests did not run"
        return None if said == "green" else said

    def _run(self, session: Any, mutant: Mutant, writing: int, only: str) -> None:
        """Run a mutant's tests, those about its table or operation first; or `only` one of them."""
        if mutant.patch:
            code.applied(mutant.patch)
        ours = [item for item in session.items if item.nodeid.partition("::")[0] in mutant.tests]
        near = [item for item in ours if mutant.about in _cases(item)]
        session.items = near + [item for item in ours if item not in near]
        if only:
            session.items = [item for item in ours if item.nodeid == only]
        self.writing = writing
        with suppress(session.Failed, session.Interrupted):
            pytest_runtestloop(session)
        if self.writing is not None:
            assert session.items
            os.write(writing, b"green")


def _cases(item: Any) -> set[str]:
    """Name what a case is about: its table's or its operation's name."""
    spec = getattr(item, "callspec", None)
    return {str(getattr(v, "name", v)) for v in spec.params.values()} if spec else set()
