"""What the slices come to: medians with their range, paired with the floor of the same round."""

import re
import statistics
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.requests import TITLES
from tests.bench.rounds import Slice
from tests.bench.servers import NAMES

NOTES = (
    (
        "Medians over the rounds (smallest–largest), one process each, stacks in alternating order;"
        " ratios are paired within a round. CPU is application + PostgreSQL per request."
    ),
    (
        "The floor is one ASGI function on asyncpg with the same token check and scope and the same"
        " SQL, without validation, problem documents and `allowed_actions`."
    ),
    (
        "The peers do less: no row security, no audit, no idempotency keys, no rules beyond those"
        " that a write can't do without; they have indexes of their own and no worklist."
    ),
)


@dataclass(frozen=True, slots=True)
class Range:
    """A median and what it lies between."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values: Iterable[float]) -> "Range":
        """Take the median of some figures."""
        known = sorted(values)
        return Range(statistics.median(known), known[0], known[-1])

    def shown(self, digits: int = 2) -> str:
        """Write it."""
        return f"{self.median:.{digits}f} ({self.low:.{digits}f}–{self.high:.{digits}f})"


@dataclass(frozen=True, slots=True)
class Line:
    """One stack's figures for one kind of request."""

    kind: str
    stack: str
    per_second: Range
    of_floor: Range | None
    ours_times: Range | None
    cpu_ms: Range
    app_cpu_ms: Range
    cpu_of_floor: Range | None
    p50_ms: Range
    p99_ms: Range
    p99_of_floor: Range | None
    statements: float | None


def summed(slices: list[Slice], statements: dict[str, dict[str, float]]) -> list[Line]:
    """Make a line of every kind and stack."""
    keys = dict.fromkeys((s.kind, s.stack) for s in slices)
    order = list(TITLES)
    ordered = sorted(keys, key=lambda k: (order.index(k[0]), list(NAMES).index(k[1])))
    return [_line(slices, kind, stack, statements) for kind, stack in ordered]


def _line(
    slices: list[Slice], kind: str, stack: str, statements: dict[str, dict[str, float]]
) -> Line:
    mine = {s.round: s for s in slices if (s.kind, s.stack) == (kind, stack)}

    def paired(other: str, ratio: Callable[[Slice, Slice], float]) -> Range | None:
        theirs = {s.round: s for s in slices if (s.kind, s.stack) == (kind, other)}
        both = [ratio(mine[n], theirs[n]) for n in mine if n in theirs]
        return Range.of(both) if both and other != stack else None

    return Line(
        kind=kind,
        stack=stack,
        per_second=Range.of(s.per_second for s in mine.values()),
        of_floor=paired("floor", lambda a, b: a.per_second / b.per_second),
        ours_times=paired("ours", lambda a, b: b.per_second / a.per_second),
        cpu_ms=Range.of(s.cpu_ms for s in mine.values()),
        app_cpu_ms=Range.of(s.app_cpu_ms for s in mine.values()),
        cpu_of_floor=paired("floor", lambda a, b: b.cpu_ms / a.cpu_ms if a.cpu_ms else 0),
        p50_ms=Range.of(s.p50_ms for s in mine.values()),
        p99_ms=Range.of(s.p99_ms for s in mine.values()),
        p99_of_floor=paired("floor", lambda a, b: a.p99_ms / b.p99_ms),
        statements=statements.get(kind, {}).get(stack),
    )


HEAD = (
    *("request", "stack", "requests/s", "of the floor", "ours is … times", "CPU ms"),
    *("of it app", "floor's CPU / its", "p50 ms", "p99 ms", "statements"),
)


def cells(line: Line) -> tuple[str, ...]:
    """Write a line for a table."""
    return (
        f"{line.kind} {TITLES[line.kind]}",
        NAMES[line.stack],
        line.per_second.shown(0),
        line.of_floor.shown() if line.of_floor else "–",
        line.ours_times.shown(1) if line.ours_times else "–",
        line.cpu_ms.shown(),
        f"{line.app_cpu_ms.median:.2f}",
        line.cpu_of_floor.shown() if line.cpu_of_floor else "–",
        f"{line.p50_ms.median:.1f}",
        f"{line.p99_ms.median:.1f}",
        f"{line.statements:.0f}" if line.statements is not None else "–",
    )


def show(lines: list[Line], facts: dict[str, Any], console: Console) -> None:
    """Print the table."""
    table = Table(title="Requests, measured")
    for name in HEAD:
        table.add_column(name, overflow="fold")
    for number, line in enumerate(lines):
        last = number + 1 == len(lines) or lines[number + 1].kind != line.kind
        table.add_row(*cells(line), end_section=last)
    console.print(table)
    console.print(", ".join(f"{name} {value}" for name, value in facts.items()))
    for note in NOTES:
        console.print(f"- {note}")


def markdown(lines: list[Line], facts: dict[str, Any], plot: str | None) -> str:
    """Write the table for a document: ours against each other stack, a row for each request."""
    stacks = [name for name in NAMES if any(line.stack == name for line in lines)]
    others = [name for name in stacks if name not in {"ours", "floor"}]
    head = ["request", "requests/s", "of the floor", *(f"times {NAMES[name]}" for name in others)]
    head += ["CPU ms (floor)", "p50 · p99 ms", "p99, times the floor's"]
    head += [f"statements ({', '.join(stacks)})"]
    rows = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for kind in dict.fromkeys(line.kind for line in lines):
        row = {line.stack: line for line in lines if line.kind == kind}
        if "ours" in row:
            rows.append("| " + " | ".join(_row(row, stacks, others)) + " |")
    said = [f"{name} {value}" for name, value in facts.items()]
    picture = [f"![requests per second as a share of the floor]({plot})", ""] if plot else []
    return "\n".join([*picture, *rows, "", *NOTES, "", f"Measured with: {', '.join(said)}.", ""])


def _row(row: dict[str, Line], stacks: list[str], others: list[str]) -> list[str]:
    ours, floor = row["ours"], row.get("floor")
    times = [row[name].ours_times if name in row else None for name in others]
    sent = [row[name].statements if name in row else None for name in stacks]
    return [
        f"{ours.kind} {TITLES[ours.kind]}",
        ours.per_second.shown(0),
        ours.of_floor.shown() if ours.of_floor else "–",
        *(found.shown(1) if found else "–" for found in times),
        ours.cpu_ms.shown() + (f" ({floor.cpu_ms.median:.2f})" if floor else ""),
        f"{ours.p50_ms.median:.1f} · {ours.p99_ms.median:.1f}",
        ours.p99_of_floor.shown() if ours.p99_of_floor else "–",
        ", ".join("–" if many is None else f"{many:.0f}" for many in sent),
    ]


def write(path: Path, text: str, mark: str = "bench") -> None:
    """Put the text between the marks of a document; a new one is all text. Others are refused."""
    if path.exists():
        whole = path.read_text(encoding="utf-8")
        marks = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
        if not marks.search(whole):
            raise ValueError(
                f"{path} has no <!-- {mark} --> and <!-- /{mark} --> to write between."
            )
        text = marks.sub(lambda found: found.group(1) + text + found.group(2), whole)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def rows(head: list[str], lines: Iterable[Iterable[str]]) -> str:
    """Write a table for a document."""
    written = [head, ["---"] * len(head), *lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in written)


def document(lines: list[Line], slices: list[Slice], facts: dict[str, Any]) -> dict[str, Any]:
    """Return everything, for a file of JSON."""
    return {
        "facts": facts,
        "lines": [asdict(line) for line in lines],
        "slices": [asdict(slice_) for slice_ in slices],
    }
