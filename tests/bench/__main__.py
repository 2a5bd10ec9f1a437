"""Measure against the floor and two peers: `make bench` (args="--rounds 3 --only R1,R2").

On demand, never a timed test: figures of a machine that does other things are noise.
"""

import argparse
import asyncio
import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from app.db.embedded import embedded_server
from app.db.vault.master import load_master
from app.demo.scale.bars import Size
from app.settings import Settings
from tests.bench import gauges, growth, report, worker
from tests.bench.check import require_equal
from tests.bench.data import PER_CENTRE, load_families
from tests.bench.plot import svg
from tests.bench.requests import TITLES
from tests.bench.rounds import Slice, Stage, copies, prepare, run
from tests.bench.servers import NAMES, available, serving_all
from tests.bench.statements import count_statements

console = Console(stderr=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each slice")
    parser.add_argument("--only", type=_list, default=tuple(TITLES), help="kinds: R1,R2,W1 …")
    parser.add_argument("--stacks", type=_list, default=tuple(NAMES), help="ours,floor,drf …")
    parser.add_argument("--families", type=int, default=10_000)
    parser.add_argument("--per-centre", type=int, default=PER_CENTRE, help="families of a centre")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--durable", action="store_true", help="write through to the disk")
    parser.add_argument("--keep", type=Path, help="folder for the data, for the next run")
    parser.add_argument("--json", type=Path, help="file for every figure")
    parser.add_argument("--write", type=Path, help="document: the table between its marks")
    parser.add_argument("--picture", type=Path, help="SVG for the document (beside it)")
    parser.add_argument("--growth", type=_list, help="ours alone at sizes: 1000,100000")
    parser.add_argument("--worker", action="store_true", help="start-up, memory, routes of ours")
    parser.add_argument("--requests", type=int, default=20_000, help="for the memory")
    return parser.parse_args()


def _list(said: str) -> tuple[str, ...]:
    return tuple(said.split(","))


@contextmanager
def _stage(chosen: argparse.Namespace, families: int) -> Iterator[Stage]:
    """Start a server of our own and load it."""
    with tempfile.TemporaryDirectory(prefix="asysta-bench-") as made:
        folder = (chosen.keep or Path(made)).resolve()
        settings = Settings(data_dir=folder)
        with embedded_server(folder / "pg", durable=chosen.durable) as server:
            per_centre: int = chosen.per_centre
            name = f"bench_{families}" + (f"_{per_centre}" if per_centre != PER_CENTRE else "")
            master = load_master(settings)
            size = Size(families=families, centres=math.ceil(families / per_centre))
            asyncio.run(load_families(server.superuser_url, name, master, size, console))
            yield Stage(
                server.superuser_url,
                name,
                settings,
                seconds=chosen.seconds,
                connections=chosen.connections,
            )


def _note(slice_: Slice) -> None:
    console.print(
        f"{slice_.round + 1:>3} {slice_.kind} {slice_.stack:<9} {slice_.per_second:8.0f}/s"
        f"  CPU {slice_.app_cpu_ms:6.2f} + {slice_.database_cpu_ms:6.2f} ms"
        f"  p50 {slice_.p50_ms:6.1f}  p99 {slice_.p99_ms:6.1f}"
    )


def _compare(stage: Stage, chosen: argparse.Namespace) -> dict[str, Any]:
    """Check, count, measure, report."""
    stacks, kinds = available(chosen.stacks), chosen.only
    prepare(stage, stacks)
    names = {stack: f"{stage.database}_{stack}_check" for stack in stacks}
    with copies(stage, names) as urls, serving_all(urls, stage.settings) as served:
        for kind in kinds:
            asked = require_equal(stage, kind, served)
            console.print(f"{kind}: {len(stacks)} stacks, {asked} requests, the same answers")
        statements = count_statements(stage, kinds, served)
    facts: dict[str, Any] = asyncio.run(gauges.machine(stage.superuser_url))
    facts |= {"database": stage.database, "rounds": chosen.rounds, "seconds": stage.seconds}
    slices = run(stage, kinds, stacks, chosen.rounds, _note)
    lines = report.summed(slices, statements)
    report.show(lines, facts, Console(width=180))
    if chosen.write:
        picture = chosen.picture or chosen.write.with_name("bench.svg")
        shown = os.path.relpath(picture, chosen.write.parent)
        report.write(chosen.write, report.markdown(lines, facts, shown))
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_text(svg(lines), encoding="utf-8")
    return report.document(lines, slices, facts)


def _grow(chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure ours alone at several sizes."""
    sizes = [int(size) for size in chosen.growth]
    found = growth.grown(partial(_stage, chosen), sizes, chosen.only, chosen.rounds, _note)
    if chosen.write:
        report.write(chosen.write, growth.markdown(found, chosen.per_centre), "growth")
    return found


def _watch(stage: Stage, chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure one worker of ours."""
    found = worker.report(stage, chosen.requests, _note)
    if chosen.write:
        report.write(chosen.write, worker.markdown(found), "worker")
    return found


def main() -> int:
    """Do what was asked for."""
    chosen = _arguments()
    unknown = {*chosen.only} - {*TITLES} | {*chosen.stacks} - {*NAMES}
    if unknown:
        console.print(f"Unknown: {sorted(unknown)}")
        return 2
    if chosen.growth:
        found = _grow(chosen)
    else:
        with _stage(chosen, chosen.families) as stage:
            found = _watch(stage, chosen) if chosen.worker else _compare(stage, chosen)
    if chosen.growth or chosen.worker:
        sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
