"""Take each protection away in turn; at least one test must turn red: `make mutants`.

`args="--only family person"` tries those whose name has one of the words, `--short` a handful of
each kind.
What survives is named, and the exit code says so.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.db.embedded import embedded_server
from tests.factories.databases import new_database
from tests.mutations import catalogue, code, runner
from tests.mutations.mutant import Mutant, Outcome


def every(superuser_url: str) -> list[Mutant]:
    """Return every mutant: of the live catalogue and of the code."""
    url = asyncio.run(new_database(superuser_url, "catalogue"))
    return [*asyncio.run(catalogue.mutants(url)), *code.mutants()]


def handful(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Return one mutant of each kind, without those whose tests tell long stories."""
    of_a_kind: dict[str, Mutant] = {}
    for mutant in mutants:
        words = mutant.name.split()
        kind = f"{words[0]} {words[1]}" if words[0] in {"hook", "guard:"} else words[0]
        if mutant.about and words[0] == mutant.about:
            kind = " ".join(words[1:])
        if mutant.about in {None, "family_case", "change_family"}:
            of_a_kind.setdefault(kind, mutant)
    return list(of_a_kind.values())


def try_all(superuser_url: str, mutants: list[Mutant], until: float) -> Iterator[Outcome]:
    """Try mutants two at a time until the time is over; show how far it is."""
    spawn = multiprocessing.get_context("spawn")
    tasks, outcomes = spawn.SimpleQueue(), spawn.SimpleQueue()
    files = sorted({file for mutant in mutants for file in mutant.tests})
    two = [
        spawn.Process(target=runner.work, args=(superuser_url, files, tasks, outcomes), daemon=True)
        for _ in range(2)
    ]
    bars = (TextColumn("mutants"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bars, console=Console(stderr=True)) as progress:
        bar = progress.add_task("mutants", total=len(mutants))
        coming = iter(mutants)
        for worker in two:
            worker.start()
            tasks.put(next(coming, None))
        for _ in mutants:
            while outcomes.empty() and time.monotonic() < until:
                if not any(worker.is_alive() for worker in two):
                    return
                time.sleep(0.05)
            if time.monotonic() >= until:
                return
            yield outcomes.get()
            progress.advance(bar)
            tasks.put(next(coming, None))
        for worker in two:
            worker.join(30)


def main() -> int:
    """Try what was chosen; print mutant and red test; fail where a mutant lives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", default=[""], nargs="+", metavar="WORD", help="mutants with one in the name"
    )
    parser.add_argument("--short", action="store_true", help="a handful")
    parser.add_argument("--minutes", type=float, default=45, help="at most")
    chosen, began = parser.parse_args(), time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="asysta-mutants-") as made,
        embedded_server(Path(made) / "pg", durable=False) as server,
    ):
        mutants = every(server.superuser_url)
        mutants = [m for m in mutants if any(word in m.name for word in chosen.only)]
        mutants = handful(mutants) if chosen.short else mutants
        until = began + chosen.minutes * 60
        found = list(try_all(server.superuser_url, mutants, until))
    for outcome in sorted(found, key=lambda o: o.mutant):
        sys.stdout.write(f"{outcome.mutant}  ->  {outcome.wrong or outcome.red or 'SURVIVED'}\n")
    alive = [outcome.mutant for outcome in found if outcome.red is None]
    sys.stdout.write(
        f"{len(found)} of {len(mutants)} mutants tried in {time.monotonic() - began:.0f} s,"
        f" {len(alive)} survived\n"
    )
    return 1 if alive or len(found) < len(mutants) else 0


if __name__ == "__main__":
    sys.exit(main())
