"""Break things under load and count what is left: `make chaos` (args="failover --seconds 20").

On demand; each scenario has a short form among the tests. Ends with 1 where an aim is broken.
"""

import argparse
import sys
from collections.abc import Callable
from time import monotonic

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tests.chaos import backup, failover, jobs, kill, linear, once, proxy, telling, upgrade
from tests.chaos.figures import Figure, Say, all_hold, show

SCENARIOS: dict[str, Callable[[float, Say], list[Figure]]] = {
    "failover": failover.run,
    "kill": kill.run,
    "proxy": proxy.run,
    "once": once.run,
    "tell": telling.run,
    "linear": linear.run,
    "jobs": jobs.run,
    "upgrade": upgrade.run,
    "backup": backup.run,
}
console = Console(width=140)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("scenarios", nargs="*", help=f"of {', '.join(SCENARIOS)}; none: all")
    parser.add_argument("--seconds", type=float, default=20.0, help="under load, per scenario")
    return parser.parse_args()


def main() -> int:
    """Run what was asked for, one after another, and judge the figures."""
    chosen = _arguments()
    wanted = chosen.scenarios or list(SCENARIOS)
    unknown = {*wanted} - {*SCENARIOS}
    if unknown:
        console.print(f"Unknown: {sorted(unknown)}; there are {sorted(SCENARIOS)}.")
        return 2
    found: dict[str, list[Figure]] = {}
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        for name in wanted:
            bar = progress.add_task(name, total=1)
            began = monotonic()

            def say(what: str, name: str = name, bar: object = bar) -> None:
                progress.update(bar, description=f"{name}: {what}")  # type: ignore[arg-type]

            found[name] = SCENARIOS[name](chosen.seconds, say)
            said = f"{name}: done in {monotonic() - began:.0f} s"
            progress.update(bar, description=said, completed=1)
    show(found, console)
    return 0 if all(all_hold(figures) for figures in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
