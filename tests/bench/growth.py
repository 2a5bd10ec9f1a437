"""What a request costs more on more families, and a page deep in a list more than the first.

Centres of the data are equally large at every size, a thousand families unless said: it is their
number that grows.
"""

import statistics
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from tests.bench.report import Range, rows
from tests.bench.requests import DEEP, TITLES
from tests.bench.rounds import Slice, Stage, prepare, run

FIRST = "R2"
_SHOWN = {DEEP: f"{FIRST} the same list, four fifths down"}


def grown(
    open_stage: Callable[[int], AbstractContextManager[Stage]],
    sizes: list[int],
    kinds: tuple[str, ...],
    rounds: int,
    note: Callable[[Slice], None],
) -> dict[str, Any]:
    """Measure ours alone at several sizes, each in rounds of its own; the list's depth too."""
    asked = (*kinds, DEEP) if FIRST in kinds else kinds
    by_size: dict[int, list[Slice]] = {}
    for size in sizes:
        with open_stage(size) as stage:
            prepare(stage, ("ours",))
            by_size[size] = run(replace(stage, in_place=True), asked, ("ours",), rounds, note)
    found: dict[str, Any] = {"sizes": sizes, "rounds": rounds}
    found["requests"] = {kind: _figures(by_size, kind) for kind in asked}
    if DEEP in asked:
        found["depth"] = {str(size): _depth(slices) for size, slices in by_size.items()}
    return found


def _figures(by_size: dict[int, list[Slice]], kind: str) -> dict[str, Any]:
    cpu = {
        str(size): statistics.median(s.cpu_ms for s in slices if s.kind == kind)
        for size, slices in by_size.items()
    }
    values = [*cpu.values()]
    return {"CPU ms": cpu, "ratio": values[-1] / values[0] if values[0] else 0.0}


def _depth(slices: list[Slice]) -> dict[str, float]:
    """Pair the deep page with the first one of the same round."""
    first = {s.round: s.cpu_ms for s in slices if s.kind == FIRST}
    deep = {s.round: s.cpu_ms for s in slices if s.kind == DEEP}
    ratios = Range.of(deep[n] / first[n] for n in deep if first[n])
    return {"median": ratios.median, "low": ratios.low, "high": ratios.high}


def markdown(found: dict[str, Any], per_centre: int) -> str:
    """Write the table for a document."""
    sizes = [f"{size:,} families" for size in found["sizes"]]
    table = rows(
        ["request", *(f"CPU ms, {size}" for size in sizes), "times"],
        (
            [
                _SHOWN.get(kind) or f"{kind} {TITLES[kind]}",
                *(f"{cpu:.2f}" for cpu in figures["CPU ms"].values()),
                f"{figures['ratio']:.2f}",
            ]
            for kind, figures in found["requests"].items()
        ),
    )
    said = (
        f"CPU of a request, application + PostgreSQL, ours alone, medians of {found['rounds']}"
        f" rounds. A centre has {per_centre:,} families at every size."
    )
    for size, ratio in found.get("depth", {}).items():
        said += (
            f" At {int(size):,} families the page four fifths down the list costs"
            f" {ratio['median']:.2f} ({ratio['low']:.2f}–{ratio['high']:.2f}) times the first."
        )
    return f"{table}\n{said}\n"
