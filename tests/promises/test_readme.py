"""README's five-minute tour runs as it is written, and `make tour` walks the whole road."""

import re
from pathlib import Path

from rich.console import Console

from app.commands import app
from app.settings import Settings
from app.tour import walk
from app.tour.steps import STEPS
from tests.factories.serving import blocks, run_script
from tests.factories.sources import ROOT
from tests.factories.typed import commands_of


def test_the_five_minute_tour_runs_as_it_is_written(server: str, tmp_path: Path) -> None:
    """Every block of README's tour, one after another, as somebody would paste them."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = run_script("\n".join(blocks(text)), tmp_path, server).splitlines()
    assert lines[0].startswith("signal_received ['start_interview'")
    assert "rozporządzenia" in lines[1]
    assert lines[2].startswith("409")
    assert lines[3].startswith("403")
    assert lines[4] == "404"
    assert lines[5].startswith("B10")
    assert lines[6].endswith("record the first visit")


def test_the_tour_walks_the_whole_road_against_a_running_server(server: str) -> None:
    """As five people, each step with its article, at least six refusals with their rule."""
    console = Console(record=True, width=200)
    walk.run(server, console)
    shown = console.export_text()
    assert f"{len(STEPS)} steps" in shown
    refused = [step for step in STEPS if step.refused]
    assert len(refused) >= 6
    for step in refused:
        assert f" {step.refused} – " in shown


def test_readme_names_the_two_commands_first() -> None:
    """Somebody new sees `make run` and `make test` before anything else."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"```\n(.*?)```", text, re.DOTALL)
    assert first is not None
    commands = [line.split("#")[0].strip() for line in first.group(1).splitlines()]
    assert commands == ["make run", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make (\w+)`", text)) | {"run", "test"}
    assert all(f"\n{target}:" in makefile for target in named)


def test_readme_names_each_setting_and_its_default() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told: dict[str, str] = {}
    for row in re.findall(r"^\| (`[A-Z_`, ]+) \| ([^|]+) \|", text, re.MULTILINE):
        names = re.findall(r"`(\w+)`", row[0])
        told.update(zip(names, row[1].replace("`", "").split(", "), strict=True))
    fields = Settings.model_fields.items()
    kept = {str(f.validation_alias or f"ASYSTA_{name.upper()}"): f.default for name, f in fields}
    assert told.keys() == kept.keys()
    plain = {name: str(default) for name, default in kept.items() if default not in (None, ())}
    assert {name: told[name] for name in plain} == plain


def test_operations_tells_when_to_use_each_command() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text.split("## Commands")[1].split("##")[0]
    commands = commands_of(app)
    named = {word for row in table.splitlines() for word in re.findall(r"`([a-z -]+)`", row)}
    assert commands <= named, f"Say when in docs/operations.md: {sorted(commands - named)}"
    others = {word for word in named if word.split()[0] in {c.split()[0] for c in commands}}
    assert {re.sub(r" --[a-z-]+", "", word) for word in others} <= commands
