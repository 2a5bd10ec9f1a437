"""The shapes of goals and actions, as a plan stores them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field as Bounds
from sqlmodel import Field

from app.domain.families.rules import Sphere
from app.domain.fields import Day, Line, Paragraph, Shape
from app.domain.goals.rules import ActionPerformer, GoalOwner
from app.domain.tasks.rules import AssistantTask

MOST_GOALS = 20
MOST_ACTIONS = 20


class ActionSaid(Shape):
    """One action: what is done by whom until when, and what is expected of it (E1)."""

    id: UUID | None = Field(default=None, description="Of the version before; else left out")
    action: Paragraph
    due_on: Day | None = Field(default=None, description="Deadline; required (E1)")
    expected_effect: Paragraph | None = Field(default=None, description="Required (E1)")
    who: ActionPerformer
    other_text: Line | None = Field(default=None, description="Who, where `who` is `other`")
    task: AssistantTask | None = Field(default=None, description="The task of art. 15(1)")


class GoalSaid(Shape):
    """One goal of the family or of the assistant, and the actions that lead to it."""

    id: UUID | None = Field(default=None, description="Of the version before; else left out")
    sphere: Sphere
    goal: Paragraph
    owner: GoalOwner
    actions: Annotated[list[ActionSaid], Bounds(max_length=MOST_ACTIONS)] = Field(
        default=[], description="At least one (E1)"
    )


Goals = Annotated[list[GoalSaid], Bounds(max_length=MOST_GOALS)]
