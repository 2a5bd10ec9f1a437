"""Fuzz the contract as each role: `make fuzz` (args="--seconds 60 --role manager")."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.factories.sources import ROOT
from tests.fuzz import centre

FUZZER = ROOT / ".venv-fuzz" / "bin" / "schemathesis"
# Rules refuse what the schema alone allows, and rows change hands between roles. What stays on is
# tuned in schemathesis.toml; naming it here would override that.
NO_CHECKS = (
    *("positive_data_acceptance", "use_after_free", "ensure_resource_availability"),
    *("object_level_authorization", "response_headers_conformance", "allow_header_conformance"),
)
# The fuzzer would sign itself out.
LEFT_OUT = ("sign_out",)


def _command(address: str, role: str, seconds: int, report: Path, seed: int) -> list[str]:
    bearer = f"Authorization: Bearer {centre.token(address, centre.SIGNED_IN[role])}"
    left_out = [part for name in LEFT_OUT for part in ("--exclude-operation-id", name)]
    return [
        *(str(FUZZER), "--config-file", str(ROOT / "tests" / "fuzz" / "schemathesis.toml")),
        *("run", str(ROOT / "openapi" / "v1.json"), "--url", address),
        *(
            "--phases",
            "examples,coverage,fuzzing,stateful",
            "--exclude-checks",
            ",".join(NO_CHECKS),
        ),
        *("--max-time", str(seconds), "--seed", str(seed), "--continue-on-failure", "--no-shrink"),
        *("--header", bearer, "--generation-database", "none", "--warnings", "off"),
        *("--report", "json", "--report-json-path", str(report), "--no-color", *left_out),
    ]


def _run(address: str, role: str, chosen: argparse.Namespace, folder: Path) -> bool:
    """Fuzz as one role; print a line, and what failed if anything did."""
    report = folder / f"{role}.json"
    command = _command(address, role, chosen.seconds, report, chosen.seed)
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "ASYSTA_FUZZ_KNOWN": str(folder / "known.json"),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    (folder / f"{role}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    sys.stdout.write(_summary(role, report) if report.exists() else f"{role}: {done.stderr}\n")
    if done.returncode:
        sys.stdout.write(_failures(done.stdout))
    return done.returncode == 0


def _summary(role: str, report: Path) -> str:
    said = json.loads(report.read_text(encoding="utf-8"))
    cases, operations = said["test_cases"], said["operations"]
    phases = ", ".join(f"{name} {phase['status']}" for name, phase in said["phases"].items())
    return (
        f"{role}: {cases['generated']} cases over {operations['tested']} operations,"
        f" {cases['unique_failures']} failures ({phases})\n"
    )


def _failures(said: str) -> str:
    """Return what Schemathesis wrote of each failure."""
    return said[said.find("= FAILURES =") :] if "= FAILURES =" in said else said[-4000:]


def main() -> int:
    """Serve, fuzz as each role, say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seconds",
        type=int,
        default=120,
        help="for each role, two at a time; some 40 go into reading the contract",
    )
    parser.add_argument("--role", choices=centre.SIGNED_IN, help="one role only")
    parser.add_argument("--seed", type=int, default=20110609)
    parser.add_argument("--keep", type=Path, help="folder for the reports")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="asysta-fuzz-") as made:
        folder = chosen.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        with centre.served(Path(made)) as (address, superuser_url):
            known = asyncio.run(centre.known(superuser_url))
            (folder / "known.json").write_text(json.dumps(known), encoding="utf-8")
            roles = [chosen.role] if chosen.role else list(centre.SIGNED_IN)
            with ThreadPoolExecutor(max_workers=2) as side_by_side:
                held = list(
                    side_by_side.map(lambda role: _run(address, role, chosen, folder), roles)
                )
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
