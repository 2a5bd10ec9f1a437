"""One role's run: its own copy of the centres, served; Schemathesis against it; what came of it."""

import asyncio
import json
import os
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.factories.serving import running
from tests.factories.sources import ROOT
from tests.fuzz import centre, identities, leak, lists, rows

FUZZER = ROOT / ".venv-fuzz" / "bin" / "schemathesis"
SETTINGS = ROOT / "tests" / "fuzz" / "schemathesis.toml"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a role is fuzzed."""

    examples: int = 50
    phases: str = "examples,coverage,fuzzing,stateful"
    seconds: int = 1_800
    seed: int = 20110609
    only: tuple[str, ...] = ()
    leak: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where: the server of the databases, the filled one on it, a folder."""

    superuser_url: str
    url: str
    folder: Path


def fuzz(role: str, place: Place, plan: Plan) -> tuple[bool, str]:
    """Fuzz as one role; return whether all held, and what to say of it."""
    began, name = time.monotonic(), f"fuzz_{role}_{plan.leak or ''}"
    folder = place.folder / role
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(centre.copy(place.superuser_url, name))
    app = centre.application(place.url, name, place.folder)
    with ExitStack() as stack:
        if plan.leak:
            homes = asyncio.run(rows.homes(place.superuser_url, name))
            stack.enter_context(leak.planted(app, plan.leak, homes))
        address = stack.enter_context(running(app))
        peers = identities.identities(role)
        known = asyncio.run(rows.rows(place.superuser_url, name, address, peers))
        _prepare(role, folder, known)
        held, said = _run(address, folder, plan)
    return held, _summary(role, folder, time.monotonic() - began) + said


def _prepare(role: str, folder: Path, known: rows.Rows) -> None:
    """Write what Schemathesis and the hooks read."""
    (folder / "rows.json").write_text(json.dumps(known.plain()), encoding="utf-8")
    contract = json.dumps(lists.to_fuzz())
    (folder / "contract.json").write_text(contract, encoding="utf-8")
    auth = folder / "auth.json"
    auth.write_text(json.dumps(identities.auth_file(role)), encoding="utf-8")
    settings = SETTINGS.read_text(encoding="utf-8") + identities.auth_settings(role, str(auth))
    (folder / "schemathesis.toml").write_text(settings, encoding="utf-8")


def _run(address: str, folder: Path, plan: Plan) -> tuple[bool, str]:
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "ASYSTA_FUZZ_FOLDER": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "said.txt").open("w", encoding="utf-8") as out:
        try:
            done = subprocess.run(
                _command(address, folder, plan),
                env=environment,
                cwd=folder,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=plan.seconds,
            )
        except subprocess.TimeoutExpired:
            return False, f"not done after {plan.seconds} seconds\n"
    said = (folder / "said.txt").read_text(encoding="utf-8")
    return done.returncode == 0, "" if done.returncode == 0 else _failures(said)


def _command(address: str, folder: Path, plan: Plan) -> list[str]:
    only = [part for name in plan.only for part in ("--include-operation-id", name)]
    return [
        *(str(FUZZER), "--config-file", str(folder / "schemathesis.toml")),
        *("run", str(folder / "contract.json"), "--url", address),
        *("--phases", plan.phases, *only),
        *("--max-examples", str(plan.examples), "--seed", str(plan.seed)),
        *("--continue-on-failure", "--no-shrink", "--generation-database", "none"),
        *("--warnings", "off", "--no-color"),
        *("--report", "json", "--report-json-path", str(folder / "report.json")),
    ]


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8") or "{}")
    return found


def _summary(role: str, folder: Path, seconds: float) -> str:
    if not (folder / "told.json").exists():
        return f"{role}: no report\n"
    report, told = _read(folder / "report.json"), _read(folder / "told.json")
    cases, tested = report["test_cases"], report["operations"]["tested"]
    phases = ", ".join(f"{name} {phase['status']}" for name, phase in report["phases"].items())
    done = {label[:-4] for label in told["answered"] if label[-3] == "2"}
    peers = ", ".join(f"{len(of)} as the {peer}" for peer, of in told["repeated"].items())
    return (
        f"{role}: {cases['generated']} cases over {tested} operations in {seconds:.0f} s,"
        f" {cases['unique_failures']} failures ({phases}); {len(done)} operations succeeded;"
        f" repeated: {peers or 'none'}\n"
    )


def _failures(said: str) -> str:
    """Return what Schemathesis wrote of each failure."""
    return said[said.find("= FAILURES =") :] if "= FAILURES =" in said else said[-4000:]
