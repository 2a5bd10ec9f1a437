"""An example: one true request and its answer, in a file that the contract shows.

`openapi/examples/<name>.json`, where the name is the operation's id, or `<id>--<what>` where an
operation has more than one. A new file needs `summary`, `who` and `today`, what the request says
(`path`, `query`, `request`) and ids of earlier answers as `@<name>/<JSON pointer>`; telling it with
`make examples` writes the ids, the status and the answer.
"""

import json
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.factories.people import HERE, Person
from tests.factories.sources import ROOT

FOLDER = ROOT / "openapi" / "examples"
PEOPLE: dict[str, Person] = {person.name.replace("-", "_"): person for person in HERE.people}


@dataclass(slots=True, kw_only=True)
class Example:
    """What a file holds; `part` says that lists and objects of the answer are cut short."""

    name: str
    summary: str
    today: str
    who: str | None = None
    role: str | None = None
    path: dict[str, str] | None = None
    query: dict[str, str] | None = None
    request: Any = None
    part: bool = False
    status: int = 0
    response: Any = None

    @property
    def operation(self) -> str:
        """Return the operation's id."""
        return self.name.partition("--")[0]

    @property
    def day(self) -> date:
        """Return the day on which it happens."""
        return date.fromisoformat(self.today)

    @property
    def person(self) -> Person | None:
        """Return who asks; None: nobody is signed in."""
        return PEOPLE[self.who] if self.who else None

    def save(self) -> None:
        """Write the file."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "name"}
        kept = {name: value for name, value in said.items() if value not in (None, False, 0)}
        text = json.dumps(kept, ensure_ascii=False, indent=2)
        _file(self.name).write_text(f"{text}\n", encoding="utf-8")


def _file(name: str) -> Path:
    return FOLDER / f"{name}.json"


def example(name: str) -> Example:
    """Read one example."""
    return Example(name=name, **json.loads(_file(name).read_text(encoding="utf-8")))


@cache
def example_names() -> tuple[str, ...]:
    """Return the names of all files."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
