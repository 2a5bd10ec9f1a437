"""What is to be loaded: how many families, in how many centres, as of which day."""

import random
import re
from dataclasses import dataclass, replace
from datetime import date

from app.settings import WrongSetting

MANY = 5_000  # families; below, each life is told once only
_LABEL = re.compile(r"\((\d+ rodzin, .*), stan na (\d{4}-\d{2}-\d{2})\)$")


@dataclass(frozen=True, slots=True)
class Plan:
    """One set of data. The same plan means the same rows, down to the ids.

    `visits` is the number of visits in a year to a family that is visited all year; `today` is
    the day up to which the families have lived. With `audit` each copy has its master's entries in
    the audit too, some two for three other rows.
    """

    families: int
    centres: int
    seed: int
    visits: int
    today: date
    audit: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be spread."""
        if not 1 <= self.centres <= min(self.families, 9_999):
            raise WrongSetting("There must be at least one family a centre, in 1 to 9999 centres.")
        if not 4 <= self.visits <= 250:
            raise WrongSetting("A family is visited 4 to 250 times a year.")

    @property
    def tellings(self) -> int:
        """Return how often each life is told, each time some days earlier."""
        return 1 if self.families < MANY else 3

    @property
    def prefix(self) -> str:
        """Return what the codes of this set's centres begin with."""
        return f"scale-{self.seed}-"

    def code(self, number: int) -> str:
        """Return the code of a centre, which people sign in with."""
        return f"{self.prefix}{number + 1:04d}"

    @property
    def measures(self) -> str:
        """Write what makes the set, without its day."""
        said = f"{self.families} rodzin, ośrodki: {self.centres}, wizyty: {self.visits}"
        return said + ", z dziennikiem" * self.audit

    @property
    def label(self) -> str:
        """Write the plan, for the name of each centre: a later run reads it there."""
        return f"({self.measures}, stan na {self.today.isoformat()})"

    def share(self, number: int) -> int:
        """Return how many families a centre has."""
        each, rest = divmod(self.families, self.centres)
        return each + (number < rest)

    def dice(self, number: int) -> random.Random:
        """Return the chance of one centre, which no other centre's rows move."""
        return random.Random(f"{self.seed}/{number}")  # noqa: S311 - nothing secret


def goes_on(plan: Plan, name: str) -> Plan:
    """Return the plan of a run that was interrupted, read from a centre that it has finished.

    Its day is kept, so that all centres are of one day; other measures are refused.
    """
    found = _LABEL.search(name)
    if found is None or found[1] != plan.measures:
        raise WrongSetting(
            f"Seed {plan.seed} was loaded with other measures: {name}. Take them, or another seed."
        )
    return replace(plan, today=date.fromisoformat(found[2]))
