"""Fuzz the contract as each role: `make fuzz` (args="--role manager --examples 10").

With `--planted-leak show_family` one operation is served without row scope: the fuzzer must find
it, and says so by its exit code.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from app.db.embedded import embedded_server
from tests.fuzz import centre, identities
from tests.fuzz.roles import Place, Plan, fuzz


def _chosen() -> argparse.Namespace:
    parser, usual = argparse.ArgumentParser(description=__doc__), Plan()
    parser.add_argument("--examples", type=int, default=usual.examples, help="for each operation")
    parser.add_argument("--seconds", type=int, default=usual.seconds, help="a role may take")
    parser.add_argument("--role", choices=identities.LOGINS, help="one role only")
    parser.add_argument("--phases", default=usual.phases)
    parser.add_argument("--only", nargs="*", default=(), help="these operations")
    parser.add_argument("--planted-leak", metavar="OPERATION", help="serve it without row scope")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--keep", type=Path, help="folder for the reports")
    return parser.parse_args()


def main() -> int:
    """Fill two centres, fuzz as each role (two side by side), say how it went."""
    chosen, held = _chosen(), True
    plan = Plan(
        examples=chosen.examples,
        phases=chosen.phases,
        seconds=chosen.seconds,
        seed=chosen.seed,
        only=tuple(chosen.only),
        leak=chosen.planted_leak,
    )
    with tempfile.TemporaryDirectory(prefix="asysta-fuzz-") as made:
        folder = (chosen.keep or Path(made)).resolve()
        with embedded_server(Path(made) / "pg", durable=False) as postgres:
            url = asyncio.run(centre.fill(postgres.superuser_url, Path(made)))
            place = Place(postgres.superuser_url, url, folder)
            each = [chosen.role] if chosen.role else list(identities.LOGINS)
            spawn = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(max_workers=2, mp_context=spawn) as two:
                for run in [two.submit(fuzz, role, place, plan) for role in each]:
                    good, said = run.result()
                    sys.stdout.write(said)
                    sys.stdout.flush()
                    held = held and good
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
