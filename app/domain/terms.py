"""A term: one value of a closed list, with its Polish and English label."""

import re
from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """Base of every closed list; members are written `NAME = "value", "po polsku", "in English"`.

    `/dictionaries` shows the labels; a test refuses a member without them.
    """

    pl: str
    en: str

    def __new__(cls, value: str, pl: str = "", en: str = "") -> Self:
        """Make the string value and keep both labels on it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.pl = pl
        member.en = en
        return member

    @classmethod
    def kind(cls) -> str:
        """Return the list's name in snake_case: its key in `/dictionaries` and in the database."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def all_terms(base: type[Term] = Term) -> list[type[Term]]:
    """Return every closed list that has been imported, in the order of their names."""
    found: list[type[Term]] = []
    for child in base.__subclasses__():
        found += [child, *all_terms(child)]
    return sorted(found, key=lambda term: term.__name__)
