"""The rows of work plans, of what came of their actions, and of reviews of their goals."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import ARRAY, CheckConstraint, Index, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from app.db.base import CaseRecord
from app.db.types import DOCUMENT, belongs_to, belongs_to_case, term
from app.domain.fields import MAX_ITEMS, Day, Paragraph
from app.domain.goals.rules import ActionEffect
from app.domain.goals.tables import Goals
from app.domain.plans.rules import PlanState

UUID_LIST = ARRAY(Uuid)
People = Annotated[list[UUID], Bounds(max_length=MAX_ITEMS)]

# What was agreed stays as it was: past the draft, only the plan's course is written on. It is
# emptied with the whole file, once the record of the erasure stands.
_FUNCTION = """CREATE FUNCTION app.keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF app.is_erased(OLD.family_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a version of the plan is immutable' USING ERRCODE = 'restrict_violation';
END $$"""
_KEPT = (
    *("goals", "participants", "resources", "reason", "valid_from", "version_no"),
    *("agreements", "consulted_on", "signed_by", "placements_covered"),
)
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in _KEPT) for row in ("OLD", "NEW"))
_TRIGGER = (
    "CREATE TRIGGER keep_plan BEFORE UPDATE ON work_plan FOR EACH ROW WHEN (OLD.state <> 'draft'"
    f" AND ({_OLD}) IS DISTINCT FROM ({_NEW})) EXECUTE FUNCTION app.keep_plan()"
)


class WorkPlanFields(SQLModel):
    """What a version of the plan says (art. 15(3))."""

    goals: Goals = Field(sa_type=DOCUMENT, description="The family's own goals come first")
    participants: People = Field(
        default=[], sa_type=UUID_LIST, description="Family members who made the plan (E2)"
    )
    resources: Paragraph | None = Field(
        default=None, description="What the family and its surroundings can build on"
    )
    reason: Paragraph | None = Field(
        default=None, description="Why the plan is changed; required from version 2 on (E5)"
    )
    valid_from: Day


class WorkPlan(WorkPlanFields, CaseRecord, table=True):
    """One version of a plan; only a draft changes, an active one is superseded by the next.

    `agreements` are `{partner, name, by, agreed_on, reference, remarks}`; `placements_covered` are
    the placements that were open when the version took effect.
    """

    __tablename__ = "work_plan"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("consulted_by", "account"),
        UniqueConstraint("centre_id", "case_id", "version_no", name="work_plan_version"),
        CheckConstraint("(consulted_on IS NULL) = (consulted_by IS NULL)", name="consultation"),
        CheckConstraint(
            "state NOT IN ('active', 'superseded') OR (activated_on IS NOT NULL"
            " AND consulted_on IS NOT NULL AND cardinality(signed_by) > 0"
            " AND cardinality(participants) > 0 AND jsonb_array_length(goals) > 0)",
            name="activated",
        ),
        CheckConstraint("(state = 'superseded') = (superseded_on IS NOT NULL)", name="superseded"),
        Index("ix_work_plan_case", "centre_id", "case_id", "family_id"),
        Index("ix_work_plan_consulted_by", "centre_id", "consulted_by"),
        Index(
            "work_plan_one_draft",
            *("centre_id", "case_id"),
            unique=True,
            postgresql_where=text("state = 'draft'"),
        ),
        Index(
            "work_plan_one_active",
            *("centre_id", "case_id"),
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        {"info": {"sql": (_FUNCTION, _TRIGGER)}},
    )

    goals: list[dict[str, Any]] = Field(sa_type=DOCUMENT)  # type: ignore[assignment]
    version_no: int
    state: PlanState = Field(default=PlanState.DRAFT, sa_type=term(PlanState))
    consulted_on: date | None = None
    consulted_by: UUID | None = None
    consultation_opinion: Paragraph | None = None
    agreements: list[dict[str, Any]] = Field(default=[], sa_type=DOCUMENT)
    activated_on: date | None = None
    signed_by: list[UUID] = Field(default=[], sa_type=UUID_LIST)
    placements_covered: list[UUID] = Field(default=[], sa_type=UUID_LIST)
    superseded_on: date | None = None
    last_reviewed_on: date | None = None
    actions_done: int = 0


class ProgressFields(SQLModel):
    """What came of an action."""

    done_on: Day
    effect: ActionEffect = Field(sa_type=term(ActionEffect))
    note: Paragraph | None = None


class PlanProgress(ProgressFields, CaseRecord, table=True):
    """The completion of one action: once in a case, because later versions keep the action's id."""

    __tablename__ = "plan_progress"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("plan_id", "work_plan"),
        UniqueConstraint("centre_id", "case_id", "action_id", name="plan_action_done_once"),
        Index("ix_plan_progress_case", "centre_id", "case_id", "family_id"),
        Index("ix_plan_progress_plan", "centre_id", "plan_id"),
        {"info": {"append_only": True}},
    )

    plan_id: UUID
    action_id: UUID


class GoalReviewFields(SQLModel):
    """A review of the plan's goals with the family (E9)."""

    reviewed_on: Day
    remarks: Paragraph


class GoalReview(GoalReviewFields, CaseRecord, table=True):
    """One review of an active plan's goals."""

    __tablename__ = "goal_review"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        belongs_to_case(),
        belongs_to("plan_id", "work_plan"),
        Index("ix_goal_review_case", "centre_id", "case_id", "family_id"),
        Index("ix_goal_review_plan", "centre_id", "plan_id"),
        {"info": {"append_only": True}},
    )

    plan_id: UUID
