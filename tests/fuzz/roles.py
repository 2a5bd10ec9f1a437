"""One role's run: its own copy of the centres, served; Schemathesis against it; what came of it."""

import argparse
import asyncio
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.factories.sources import ROOT
from tests.fuzz import centre, identities, leak, lists, rows

FUZZER = ROOT / ".venv-fuzz" / "bin" / "schemathesis"
SETTINGS = ROOT / "tests" / "fuzz" / "schemathesis.toml"


def fuzz(
    role: str, urls: tuple[str, str], folder: Path, chosen: argparse.Namespace
) -> tuple[bool, str]:
    """Fuzz as one role; return whether all held, and what to say of it."""
    superuser_url, url = urls
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    asyncio.run(centre.copy(superuser_url, role))
    app = centre.application(url, role, folder)
    if chosen.planted_leak:
        leak.plant(app, chosen.planted_leak, asyncio.run(rows.homes(superuser_url, role)))
    with centre.served(app) as address:
        asyncio.run(_prepare(superuser_url, address, role, folder))
        said = _run(address, folder, chosen)
    return said[0], _summary(role, folder, time.monotonic() - began) + said[1]


async def _prepare(superuser_url: str, address: str, role: str, folder: Path) -> None:
    """Write what Schemathesis and the hooks read."""
    found = await rows.rows(superuser_url, role, address, identities.identities(role))
    (folder / "rows.json").write_text(json.dumps(found.plain()), encoding="utf-8")
    contract = json.dumps(lists.with_list_links())
    (folder / "contract.json").write_text(contract, encoding="utf-8")
    auth = folder / "auth.json"
    auth.write_text(json.dumps(identities.auth_file(role)), encoding="utf-8")
    settings = SETTINGS.read_text(encoding="utf-8") + identities.auth_settings(role, str(auth))
    (folder / "schemathesis.toml").write_text(settings, encoding="utf-8")


def _run(address: str, folder: Path, chosen: argparse.Namespace) -> tuple[bool, str]:
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "ASYSTA_FUZZ_FOLDER": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "said.txt").open("w", encoding="utf-8") as out:
        try:
            done = subprocess.run(
                _command(address, folder, chosen),
                env=environment,
                cwd=folder,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=chosen.seconds,
            )
        except subprocess.TimeoutExpired:
            return False, f"not done after {chosen.seconds} seconds\n"
    said = (folder / "said.txt").read_text(encoding="utf-8")
    return done.returncode == 0, "" if done.returncode == 0 else _failures(said)


def _command(address: str, folder: Path, chosen: argparse.Namespace) -> list[str]:
    only = [part for name in chosen.only for part in ("--include-operation-id", name)]
    return [
        *(str(FUZZER), "--config-file", str(folder / "schemathesis.toml")),
        *("run", str(folder / "contract.json"), "--url", address),
        *("--phases", chosen.phases, *only),
        *("--max-examples", str(chosen.examples), "--seed", str(chosen.seed)),
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
