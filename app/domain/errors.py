"""Refusals: every way in which the domain says no.

    Refusal
    ├── NotFound      404  absent, or not for this person to know of
    ├── Forbidden     403  this role may not do this at all
    ├── Conflict      409  a rule or the state forbids it now
    ├── Invalid       422  the content can't be accepted
    └── Busy          503  nothing is wrong; later it may work
        Stale (412) is a Conflict about versions.

A refusal is declared once, beside its rule: the class name gives the problem's `type`, the first
line of the docstring its English title, `pl` the Polish one, `rule` the code and the legal basis,
`pointer` the one field of the body that is at fault; keyword facts (numbers, ids, dates, members of
closed lists, never personal data) travel with the problem document, by names of `names.toml`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.domain.law import Citation, Rule

Fact = str | int | bool | date | UUID | None | Sequence[str]


class Refusal(Exception):
    """The request is refused."""

    status: ClassVar[int] = 409
    pl: ClassVar[str] = "Żądanie odrzucone."
    rule: ClassVar[Rule | None] = None
    pointer: ClassVar[str] = ""

    def __init__(self, **facts: Fact) -> None:
        """Keep the facts that explain this refusal; they are shown to the caller."""
        super().__init__(type(self).__name__)
        self.facts: Mapping[str, Fact] = facts

    @classmethod
    def kind(cls) -> str:
        """Return the class name in snake_case: the problem's type."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def code(cls) -> str:
        """Return the stable code: the rule's id where there is one."""
        return cls.rule.id if cls.rule else cls.kind()

    @classmethod
    def basis(cls) -> Citation | None:
        """Return the legal basis, where a rule stands behind the refusal."""
        return cls.rule.basis if cls.rule else None

    @classmethod
    def en(cls) -> str:
        """Return the English title: the first line of the docstring."""
        return (cls.__doc__ or "").strip().splitlines()[0]


class NotFound(Refusal):
    """There is no such thing here, or it is not for you to see."""

    status = 404
    pl = "Nie ma tu takiej pozycji albo nie masz do niej dostępu."


class Forbidden(Refusal):
    """Your role may not do this."""

    status = 403
    pl = "Twoja rola nie pozwala na tę czynność."


class Conflict(Refusal):
    """A rule or the present state forbids this."""

    status = 409
    pl = "Przepis albo obecny stan nie pozwala na tę czynność."


class Invalid(Refusal):
    """The content can't be accepted."""

    status = 422
    pl = "Treść nie może zostać przyjęta."


class Stale(Refusal):
    """Somebody has changed this since you read it; read it again and repeat."""

    status = 412
    pl = "Ktoś zmienił tę pozycję po Twoim odczycie; odczytaj ją ponownie i powtórz."


class AlreadyExists(Conflict):
    """This has been recorded already."""

    pl = "Taka pozycja już istnieje."


class Busy(Refusal):
    """The service can't answer right now; nothing was stored; try again shortly."""

    status = 503
    pl = "Usługa chwilowo nie odpowiada; nic nie zapisano; spróbuj za chwilę."


def all_refusals(base: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Return every refusal that has been declared."""
    found: list[type[Refusal]] = []
    for child in base.__subclasses__():
        found += [child, *all_refusals(child)]
    return found
