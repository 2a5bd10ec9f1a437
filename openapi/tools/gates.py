"""Every gate of the contract, a line for each: `make contract`."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from openapi.tools.served import throw_away

HERE = Path(__file__).parents[1]
ROOT = HERE.parent
GENERATED = HERE / "generated"
CLIENTS = ROOT / ".venv-clients" / "bin"
# Node's own environment is there only where the machine has no Node that fits.
PATH = os.pathsep.join([str(ROOT / ".venv-node" / "bin"), str(CLIENTS), os.environ["PATH"]])
LONGEST = 300  # seconds that one command may take


class Failed(Exception):
    """A gate did not hold; the message is what its tool said."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must hold; `check` returns its figures or raises `Failed`."""

    name: str
    check: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a gate went, and what its tool said if it did not hold."""

    name: str
    held: bool
    said: str


def run(*command: str, **environment: str) -> str:
    """Run a command in the contract's folder; return what it printed."""
    with subprocess.Popen(
        command,
        cwd=HERE,
        env=os.environ | {"PATH": PATH} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            said, _ = running.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            raise Failed(f"{command[0]} took more than {LONGEST} seconds.") from None
    if running.returncode:
        raise Failed(said)
    return said


def npm(script: str) -> str:
    """Run a script of package.json."""
    return run("npm", "run", "--silent", script)


def operations() -> list[str]:
    """Return the id of each operation of the contract."""
    contract = json.loads((HERE / "v1.json").read_text(encoding="utf-8"))
    found = [told for path in contract["paths"].values() for told in path.values()]
    return [told["operationId"] for told in found if "operationId" in told]


def all_of(found: set[str]) -> str:
    """Say that each operation was found; refuse if one was not."""
    wanted = operations()
    if missing := sorted(set(wanted) - found):
        raise Failed(f"Missing: {', '.join(missing)}")
    return f"{len(wanted)} of {len(wanted)} operations"


def lint(script: str) -> str:
    """Lint; the linter fails on any finding."""
    npm(script)
    return f"{len(operations())} operations, 0 findings"


def types() -> str:
    """Write the types for TypeScript."""
    npm("types")
    text = (GENERATED / "schema.d.ts").read_text(encoding="utf-8")
    _, _, told = text.partition("export interface operations {")
    return all_of({line.strip(" :{") for line in told.splitlines() if line.startswith("    ")})


def compiled() -> str:
    """Compile the sample; its mistakes must not compile."""
    npm("compile")
    files = list((HERE / "sample").glob("*.ts"))
    mistakes = (HERE / "sample" / "mistakes.ts").read_text(encoding="utf-8")
    return f"{len(files)} files, {mistakes.count('// @ts-expect-error')} mistakes refused"


def driven(address: str) -> str:
    """Take a family's road with the compiled sample."""
    said = run("node", "generated/sample/main.js", ASYSTA_URL=address).splitlines()
    if not said[-1].endswith("archived"):
        raise Failed("\n".join(said))
    roles = {line.split()[0] for line in said}
    refused = sum(": refused, " in line for line in said)
    return f"{len(said)} lines by {len(roles)} people, {refused} refusals shown"


def generated() -> str:
    """Make the Python client anew; a part that its generator can't read is a failure."""
    place = GENERATED / "asysta_client"
    made = ("--meta", "none", "--output-path", str(place), "--overwrite", "--fail-on-warning")
    given = ("--path", "v1.json", "--config", "client.yaml")
    run("openapi-python-client", "generate", *given, *made)
    return all_of({file.stem for file in (place / "api").rglob("*.py")})


def first_steps(address: str) -> list[str]:
    """Take the Python client's first steps; return what they print."""
    steps = (str(CLIENTS / "python"), "sample/python/first_steps.py")
    return run(*steps, ASYSTA_URL=address, PYTHONPATH=str(GENERATED)).splitlines()


def tried(gates: list[Gate]) -> list[Outcome]:
    """Try gates that need each other, in their order; what follows a failure is not tried."""
    outcomes: list[Outcome] = []
    for gate in gates:
        if outcomes and not outcomes[-1].held:
            outcomes.append(Outcome(gate.name, held=False, said="not tried"))
            continue
        try:
            outcomes.append(Outcome(gate.name, held=True, said=gate.check()))
        except Failed as failed:
            outcomes.append(Outcome(gate.name, held=False, said=str(failed).strip()))
    return outcomes


def main() -> int:
    """Try all gates, two rows at a time; say how each went."""
    begun = time.monotonic()
    with throw_away() as address, ThreadPoolExecutor(max_workers=2) as side_by_side:
        sample = [Gate("types", types), Gate("sample compiled", compiled)]
        rows = [
            [*sample, Gate("sample driven", lambda: driven(address))],
            [Gate("spectral", lambda: lint("spectral"))],
            [Gate("mock", lambda: npm("check-mock").strip())],
            [Gate("redocly", lambda: lint("redocly"))],
            [Gate("python client", lambda: f"{generated()}, {len(first_steps(address))} steps")],
        ]
        outcomes = [outcome for row in side_by_side.map(tried, rows) for outcome in row]
    for outcome in outcomes:
        verdict = "held  " if outcome.held else "FAILED"
        sys.stdout.write(f"{verdict} {outcome.name:16} {outcome.said}\n")
    failed = sum(not outcome.held for outcome in outcomes)
    seconds = round(time.monotonic() - begun)
    sys.stdout.write(f"{len(outcomes)} gates, {failed} failed, {seconds} seconds\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
