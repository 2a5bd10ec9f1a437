"""Shapes of what does not change between requests: the rules and the closed lists."""

from app.api.v1.schemas.base import Label, Out
from app.domain.law import Certainty, Standing


class RuleOut(Out):
    """A rule of the rule book: what it says, where it comes from, where the product holds it."""

    id: str
    legal_basis: str
    act: str
    text: Label
    certainty: Certainty
    standing: Standing
    reason: str
    refusals: list[str]
    operations: list[str]
    deadlines: list[str]
    settings: list[str]


class RulesOut(Out):
    """All rules, in the order of their ids."""

    items: list[RuleOut]


class TermOut(Out):
    """One value of a closed list."""

    value: str
    pl: str
    en: str


class DictionariesOut(Out):
    """Every closed list by its name."""

    dictionaries: dict[str, list[TermOut]]
