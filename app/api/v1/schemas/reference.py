"""Shapes of what does not change between requests: the rules and the closed lists."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.api.v1.schemas.base import MOST_NAMED, Label, Out, RuleCode, Word
from app.domain.deadlines.rules import DeadlineKind
from app.domain.fields import ONE_LINE, Line
from app.domain.law import Certainty, Standing

ActKey = Annotated[str, StringConstraints(pattern=r"^[A-Z]+$", max_length=20)]
Reason = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=300)]
ProblemType = Annotated[
    str, StringConstraints(pattern=r"^urn:asysta:problem:[a-z0-9_]+$", max_length=200)
]


class RuleOut(Out):
    """A rule of the rule book: what it says, where it comes from, where the product holds it."""

    id: RuleCode
    legal_basis: Line
    act: ActKey
    text: Label
    certainty: Certainty
    standing: Standing
    reason: Reason
    refusals: list[ProblemType] = Field(max_length=MOST_NAMED)
    operations: list[Word] = Field(max_length=MOST_NAMED)
    deadlines: list[DeadlineKind] = Field(max_length=len(DeadlineKind))
    settings: list[Word] = Field(max_length=MOST_NAMED)


class RefusalOut(Out):
    """A way in which the product says no: a problem's `type`, what it says, on which article."""

    type: ProblemType
    code: RuleCode = Field(description="The rule's id where there is one")
    status: int = Field(ge=400, le=599)
    title: Label
    legal_basis: Line | None


class RulesOut(Out):
    """All rules, in the order of their ids, and all refusals, with or without a rule."""

    items: list[RuleOut] = Field(max_length=MOST_NAMED)
    refusals: list[RefusalOut] = Field(max_length=MOST_NAMED)


class TermOut(Out):
    """One value of a closed list."""

    value: Word
    pl: Line
    en: Line


Terms = Annotated[list[TermOut], Field(max_length=MOST_NAMED)]


class DictionariesOut(Out):
    """Every closed list by its name, and what everything else that is shown is called."""

    dictionaries: dict[Word, Terms] = Field(max_length=MOST_NAMED)
    names: Terms = Field(description="Of properties, parameters, facts and links of a case")
    errors: Terms = Field(
        description="What each `code` of `errors[]` says; `detail` has the braces filled in"
    )
