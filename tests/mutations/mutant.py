"""A mutant: one protection taken away, and the tests of which at least one must turn red."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is done to a database (`apply`, `undo`) or to the code (`patch`, a name of code.py).

    `tests` are files; the cases of the table or operation that it is `about` come first.
    """

    name: str
    tests: tuple[str, ...]
    apply: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    patch: tuple[str, str] | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The first red test, None where the mutant has survived; `wrong` says why it wasn't tried."""

    mutant: str
    red: str | None
    seconds: float
    wrong: str | None = None
