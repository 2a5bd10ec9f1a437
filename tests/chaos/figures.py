"""What a scenario has found, held against its aims."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

Say: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: it holds from `least` to `most`; a `timed` one is the machine's as well."""

    what: str
    value: float
    most: float = float("inf")
    least: float = 0.0
    unit: str = ""
    timed: bool = False

    def holds(self, slack: float = 1.0) -> bool:
        """Tell whether the aim is reached; a busy machine may be given slack in time."""
        return self.least <= self.value <= self.most * (slack if self.timed else 1.0)

    @property
    def aim(self) -> str:
        """Say the aim."""
        bounds = (f"≥ {self.least:g}" * (self.least > 0), f"≤ {self.most:g}" * (self.most < 1e9))
        return " ".join(filter(None, (*bounds, self.unit)))


def show(found: dict[str, list[Figure]], console: Console) -> None:
    """Print every figure beside its aim."""
    table = Table("scenario", "figure", "found", "aim", "")
    for name, figures in found.items():
        for figure in figures:
            value = f"{figure.value:,.2f}" if figure.timed else f"{figure.value:,.0f}"
            mark = "[green]held[/green]" if figure.holds() else "[red]broken[/red]"
            table.add_row(name, figure.what, f"{value} {figure.unit}".strip(), figure.aim, mark)
    console.print(table)


def all_hold(figures: Iterable[Figure], slack: float = 1.0) -> bool:
    """Tell whether every aim is reached."""
    return all(figure.holds(slack) for figure in figures)
