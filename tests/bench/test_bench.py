"""The benchmark itself on a few families: it checks, measures and writes; no time is judged."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from app.db.vault.master import load_master
from app.demo.scale.bars import Size
from app.settings import Settings
from tests.bench import gauges, growth, report, rounds, worker
from tests.bench.check import Differs, compare, exchange, require_equal
from tests.bench.data import load_families
from tests.bench.plot import svg
from tests.bench.requests import DEEP, TITLES, Asked
from tests.bench.rounds import Slice, Stage, copies, measured, prepare, requests_of, run
from tests.bench.servers import OWN, serving_all

KINDS = tuple(TITLES)


@pytest.fixture(scope="module")
def stage(
    superuser_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Stage:
    worker_id = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name, settings = f"bench_{worker_id}", Settings(data_dir=tmp_path_factory.mktemp("bench"))
    size, quiet = Size(families=200, centres=2), Console(quiet=True)
    asyncio.run(load_families(superuser_url, name, load_master(settings), size, quiet))
    ready = Stage(superuser_url, name, settings, seconds=0.2, warm=0.05, connections=2)
    prepare(ready, OWN)
    return ready


def test_our_server_and_the_floor_answer_alike_and_are_measured_in_every_kind(stage: Stage) -> None:
    names = {stack: f"{stage.database}_{stack}_check" for stack in OWN}
    with copies(stage, names) as urls, serving_all(urls, stage.settings) as served:
        assert all(require_equal(stage, kind, served, sample=2) for kind in KINDS)
        case = requests_of(stage, "R1")[0]
        stale = replace(requests_of(stage, "W2")[0], version=99)
        for stack in served.values():
            assert exchange(stack.port, _unsigned(case))[0] == 401
            assert exchange(stack.port, stale)[0] == 412
        slices = [measured(stage, "R2", served["ours"], 0)]
    slices += run(stage, ("R1", "W2"), ("floor",), 1, lambda _: None)
    assert [(s.kind, s.stack) for s in slices] == [("R2", "ours"), ("R1", "floor"), ("W2", "floor")]
    assert all(s.requests and s.per_second > 0 and s.p50_ms <= s.p99_ms for s in slices)
    assert all(s.app_cpu_ms >= 0 and s.database_cpu_ms >= 0 for s in slices)
    assert sum(s.app_cpu_ms for s in slices) > 0


ROW = {"id": "1", "kind": "plan", "due_on": "2026-03-10", "standing": "overdue"}
ROW |= {"family_surname": "Lis", "case_state": "in_progress", "rule": "E6"}


@pytest.mark.parametrize(
    ("stack", "theirs", "said"),
    [
        ("drf", [ROW | {"standing": "due_soon"}], "standing: 'due_soon', not 'overdue'"),
        ("drf", [{n: v for n, v in ROW.items() if n != "case_state"}], "without ['case_state']"),
        ("drf", [], "0 of 1 items"),
        ("floor", [{n: v for n, v in ROW.items() if n != "rule"}], "without ['rule']"),
    ],
)
def test_another_answer_stops_the_run(stack: str, theirs: list[object], said: str) -> None:
    fewer = {n: v for n, v in ROW.items() if n != "rule"}
    compare("drf", "R3", {"items": [ROW]}, {"items": [fewer]})
    with pytest.raises(Differs) as refused:
        compare(stack, "R3", {"items": [ROW]}, {"items": theirs})
    assert said in str(refused.value)


def test_growth_says_what_more_families_cost_and_how_deep_a_page_is(
    stage: Stage, tmp_path: Path
) -> None:
    opened: list[int] = []

    @contextmanager
    def open_stage(size: int) -> Iterator[Stage]:
        opened.append(size)
        yield stage

    found = growth.grown(open_stage, [200, 400], ("R2", "R3"), 2, lambda _: None)
    assert opened == found["sizes"] == [200, 400]
    assert [*found["requests"]] == ["R2", "R3", DEEP]
    assert [*found["depth"]] == ["200", "400"]
    document = tmp_path / "README.md"
    document.write_text("# Speed\n<!-- growth -->\nold\n<!-- /growth -->\nend\n", encoding="utf-8")
    report.write(document, growth.markdown(found, 1_000), "growth")
    said = document.read_text(encoding="utf-8")
    assert "old" not in said
    assert "| R2 the same list, four fifths down |" in said
    assert "A centre has 1,000 families" in said
    with pytest.raises(ValueError, match="<!-- worker -->"):
        report.write(document, "x", "worker")


def test_the_deep_page_is_another_one_than_the_first(stage: Stage) -> None:
    name = f"{stage.database}_deep"
    with copies(stage, {"ours": name}) as urls, serving_all(urls, stage.settings) as served:
        pages = [
            exchange(served["ours"].port, requests_of(stage, kind)[0])[1] for kind in ("R2", DEEP)
        ]
    first, deep = ([item["id"] for item in page["items"]] for page in pages)
    assert deep
    assert max(deep) < max(first)


def test_the_figures_of_a_worker_are_a_table() -> None:
    found = {
        "start-up": [{"s": 2.0, "CPU s": 1.5}, {"s": 3.0, "CPU s": 1.7}],
        "memory MiB": {"started": 120.4},
        "route µs": {"first": 1.0, "last": 1.5, "difference": 0.5, "routes": 200},
        "full collection ms": 3.21,
        "load": (1.0, 2.0, 3.0),
    }
    said = worker.markdown(found)
    assert "| start-up to the first answer, s | 2.5 (2.0–3.0) |" in said
    assert "| memory started, MiB | 120 |" in said
    assert "| the last of 200 routes against the first, µs | +0.5 |" in said


def _unsigned(asked: Asked) -> Asked:
    return Asked(tuple(text.replace("Bearer ey", "Bearer xx") for text in asked.texts))


def test_the_last_route_is_compared_with_the_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_LAPS", 1)
    monkeypatch.setattr(worker, "_CALLS", 3)
    found = worker.route_costs(Stage("", "", settings))
    assert found["routes"] > 100
    assert found["difference"] == pytest.approx(found["last"] - found["first"])


def test_the_order_of_the_stacks_is_reversed_every_other_round() -> None:
    assert [rounds._order(OWN, n) for n in range(3)] == [OWN, OWN[::-1], OWN]


def _slice(stack: str, number: int, per_second: float, cpu: float) -> Slice:
    return Slice("R1", stack, number, 100, per_second, 1, 2, cpu, 1)


SLICES = [
    *(_slice("ours", 0, 80, 2), _slice("floor", 0, 100, 1)),
    *(_slice("ours", 1, 45, 2), _slice("floor", 1, 50, 1)),
    *(_slice("ours", 2, 70, 2), _slice("floor", 2, 100, 1)),
    *(_slice("drf", 0, 4, 20), _slice("drf", 1, 3, 20), _slice("drf", 2, 2, 20)),
]


def test_ratios_are_paired_within_a_round_and_shown_with_their_range() -> None:
    ours, floor, drf = report.summed(SLICES, {"R1": {"ours": 1.0}})
    assert ours.of_floor == report.Range(0.8, 0.7, 0.9)
    assert ours.cpu_of_floor is not None
    assert ours.cpu_of_floor.median == pytest.approx(2 / 3)
    assert floor.of_floor is None
    assert drf.ours_times == report.Range(20, 15, 35)
    assert report.cells(ours)[3] == "0.80 (0.70–0.90)"
    assert report.cells(ours)[-1] == "1"


def test_the_table_stands_between_the_marks_of_a_document(tmp_path: Path) -> None:
    lines, page = report.summed(SLICES, {}), tmp_path / "README.md"
    page.write_text("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n", encoding="utf-8")
    for _ in range(2):
        report.write(page, report.markdown(lines, {"cpu": "one"}, "bench.svg"))
    written = page.read_text(encoding="utf-8")
    assert written.startswith("before\n<!-- bench -->\n![")
    assert written.endswith("<!-- /bench -->\nafter\n")
    assert "old" not in written
    assert "| R1 case file | 70 (45–80) | 0.80 (0.70–0.90) | 20.0 (15.0–35.0) |" in written
    assert "| 3.00 (3.00–3.00) (2.00) | 1.0 · 2.0 | 1.00 (1.00–1.00) | –, –, – |" in written
    page.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="has no <!-- bench -->"):
        report.write(page, "text")
    assert page.read_text(encoding="utf-8") == "no marks"
    assert json.dumps(report.document(lines, SLICES, {}))
    assert svg(lines).count("<rect") == 1 + 3 + 2  # the ground, the legend, two stacks' bars


def test_statements_are_counted_from_the_servers_log() -> None:
    stamp = "2026-03-10 10:00:00.000 UTC [7] LOG:  "
    lines = [
        f"{stamp}statement: BEGIN;",
        f"{stamp}execute __asyncpg_stmt_1__: SELECT 1",
        f"{stamp}execute <unnamed>: SELECT 2",
        f"{stamp}received fast shutdown request",
        "	FROM a",
    ]
    assert gauges.sent(lines) == 3
