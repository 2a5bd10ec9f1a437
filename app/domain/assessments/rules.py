"""The assessment of a family's situation (art. 15(1)(15)): its way, its content, its clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.domain.actor import Role
from app.domain.cases import rules as cases
from app.domain.cases.rules import CaseAction, CaseState
from app.domain.centres.rules import E6, E8, E12
from app.domain.errors import Conflict, Invalid, Refusal
from app.domain.families.rules import A8, Sphere
from app.domain.law import FAMILY_SUPPORT, Rule
from app.domain.terms import Term
from app.domain.workflow import AllowedAction, Workflow, refusal_of, step

FA, MG = Role.ASSISTANT, Role.MANAGER

E7 = Rule(
    "E7",
    FAMILY_SUPPORT.art(15, 1, 15),
    "Ocenę przekazuje się podmiotowi z art. 17 ust. 1; dopiero przekazanie rozpoczyna nowy termin.",
    "The assessment is handed over to the art. 17(1) entity; only that starts a new period.",
)


class AssessmentKind(Term):
    """Why an assessment is made."""

    PERIODIC = "periodic", "okresowa", "periodic"
    FINAL = "final", "końcowa", "final"


class AssessmentState(Term):
    """Where an assessment stands."""

    DRAFT = "draft", "projekt", "draft"
    SIGNED = "signed", "podpisana", "signed"
    HANDED_OVER = "handed_over", "przekazana", "handed over"
    RECEIVED = "received", "przyjęta", "received"
    DISCARDED = "discarded", "odrzucony projekt", "discarded"


class AssessmentAction(Term):
    """What can be done with an assessment."""

    EDIT = "edit", "uzupełnij", "fill in"
    SIGN = "sign", "podpisz", "sign"
    WITHDRAW_SIGNATURE = "withdraw_signature", "wycofaj podpis", "withdraw the signature"
    HAND_OVER = "hand_over", "przekaż kierownikowi", "hand over to the manager"
    RECEIVE = "receive", "potwierdź przyjęcie", "confirm receipt"
    DISCARD = "discard", "porzuć projekt", "discard the draft"


class GoalRating(Term):
    """How far a goal of the plan has been reached."""

    ACHIEVED = "achieved", "osiągnięty", "achieved"
    PARTLY = "partly", "częściowo osiągnięty", "partly achieved"
    NOT = "not", "nieosiągnięty", "not achieved"


class SphereChange(Term):
    """How the family's situation in a sphere has changed."""

    IMPROVED = "improved", "poprawa", "improved"
    UNCHANGED = "unchanged", "bez zmian", "unchanged"
    WORSE = "worse", "pogorszenie", "worse"


class Conclusion(Term):
    """What follows from the assessment for the work with the family."""

    CONTINUE = "continue", "kontynuacja pracy", "continue the work"
    MODIFY = "modify", "zmiana planu pracy", "modify the work plan"
    CLOSE = "close", "zakończenie pracy", "end the work"


S, A = AssessmentState, AssessmentAction

WORKFLOW: Workflow[AssessmentState, AssessmentAction] = Workflow(
    (
        step(A.EDIT, S.DRAFT, None, FA, E6),
        step(A.SIGN, S.DRAFT, S.SIGNED, FA, E6),
        step(A.DISCARD, S.DRAFT, S.DISCARDED, FA, E6),
        step(A.WITHDRAW_SIGNATURE, S.SIGNED, S.DRAFT, FA, E7),
        step(A.HAND_OVER, S.SIGNED, S.HANDED_OVER, FA, E7),
        step(A.RECEIVE, S.HANDED_OVER, S.RECEIVED, MG, E7),
    )
)


class AssessmentOpen(Conflict):
    """The case has an assessment of this kind that has not been handed over; finish it first."""

    pl = "Sprawa ma już nieprzekazaną ocenę tego rodzaju; najpierw ją dokończ."
    rule = E6


class PeriodNotOver(Invalid):
    """An assessment looks back: its period can't end after today."""

    pl = "Ocena dotyczy czasu minionego: okres nie może kończyć się po dniu dzisiejszym."
    rule = E6


class PeriodAssessed(Invalid):
    """This period has been assessed already; the next one begins on the day after it."""

    pl = "Ten okres został już oceniony; kolejny zaczyna się następnego dnia."
    rule = E6


class UnknownGoal(Invalid):
    """The assessment has no such goal: it rates the goals of the active plan."""

    pl = "W ocenie nie ma takiego celu: ocenia się cele z aktywnego planu."
    rule = E6


class UnknownChild(Invalid):
    """The family has no such child."""

    pl = "W rodzinie nie ma takiego dziecka."
    rule = A8


class AssessmentIncomplete(Invalid):
    """The assessment can't be signed: parts of it are missing."""

    pl = "Oceny nie można podpisać: brakuje jej części."
    rule = E7


class ChildNotHeard(Invalid):
    """Say of each child whether it was heard, and if not, why."""

    pl = "Przy każdym dziecku zapisz, czy zostało wysłuchane, a jeśli nie, dlaczego."
    rule = A8


class SupportingFamilyNotConsidered(Invalid):
    """Say whether a supporting family was considered."""

    pl = "Zapisz, czy rozważono rodzinę wspierającą."
    rule = E12


class HandoverOutOfOrder(Invalid):
    """The assessment is handed over after it was signed, and not in the future."""

    pl = "Ocenę przekazuje się po podpisaniu i nie z datą przyszłą."
    rule = E7


CONSTRAINTS = {"assessment_one_open": AssessmentOpen}


@dataclass(frozen=True, slots=True)
class Content:
    """What an assessment says, as it is stored, and what it must speak of."""

    goals: list[dict[str, Any]]
    spheres: list[dict[str, Any]]
    involvement: str | None
    children: list[dict[str, Any]]
    supporting_family_considered: bool | None
    conclusion: str | None
    conclusions_text: str | None
    children_of_family: list[str]
    supporting_family_required: bool

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Content":
        """Take the content out of the facts of a view."""
        return cls(**{name: facts[name] for name in cls.__dataclass_fields__})


def missing(content: Content) -> list[tuple[str, type[Refusal]]]:
    """List what an assessment lacks before it may be signed: where, and on what rule."""
    said = {sphere["sphere"] for sphere in content.spheres}
    heard = {c["person_id"] for c in content.children if c["heard"] or c["not_heard_reason"]}
    parts = [f"goals/{goal['goal_id']}" for goal in content.goals if goal["rating"] is None]
    parts += [f"spheres/{sphere.value}" for sphere in Sphere if sphere.value not in said]
    words = ("involvement", "conclusion", "conclusions_text")
    parts += [name for name in words if getattr(content, name) is None]
    found: list[tuple[str, type[Refusal]]] = [(part, AssessmentIncomplete) for part in parts]
    unheard = [child for child in content.children_of_family if child not in heard]
    found += [(f"children/{child}", ChildNotHeard) for child in unheard]
    if content.supporting_family_required and content.supporting_family_considered is None:
        found.append(("supporting_family_considered", SupportingFamilyNotConsidered))
    return found


def require_complete(content: Content) -> None:
    """Refuse an assessment that lacks something: the first lack's rule, all of them as facts."""
    if lacks := missing(content):
        rules = sorted({kind.code() for _, kind in lacks})
        raise lacks[0][1](missing=[place for place, _ in lacks], rules=rules)


def period_start(kind: AssessmentKind, work_began: date, last_to: date | None, to: date) -> date:
    """Return where the period begins: the day after the last one, or the start of the work.

    A final assessment made on the very day of a periodic one speaks of that day.
    """
    if last_to is None:
        return work_began
    following = last_to + timedelta(days=1)
    return min(following, to) if kind is AssessmentKind.FINAL else following


def require_period(period_from: date, period_to: date, today: date) -> None:
    """Refuse a period that ends in the future, or before it begins."""
    if period_to > today:
        raise PeriodNotOver(period_to=period_to, today=today)
    if period_to < period_from:
        raise PeriodAssessed(period_from=period_from, period_to=period_to)


def require_handover_day(handed_over_on: date, signed_on: date, today: date) -> None:
    """Refuse a hand-over before the signature, or in the future."""
    if not signed_on <= handed_over_on <= today:
        raise HandoverOutOfOrder(signed_on=signed_on, handed_over_on=handed_over_on, today=today)


def goals_to_rate(
    plan_goals: Iterable[Mapping[str, Any]], last_goals: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write the plan's goals into a draft, each with the rating that the last one gave it."""
    before = {goal["goal_id"]: goal["rating"] for goal in last_goals}
    return [
        {
            "goal_id": str(goal["id"]),
            "sphere": goal["sphere"],
            "goal": goal["goal"],
            "previous_rating": before.get(str(goal["id"])),
            "rating": None,
            "comment": None,
        }
        for goal in plan_goals
    ]


def rated(
    goals: Iterable[Mapping[str, Any]], said: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Put ratings and comments on the goals; what the plan says stays, unnamed goals stay too."""
    by_id = {str(goal["goal_id"]): dict(goal) for goal in goals}
    for answer in said:
        if (goal := by_id.get(str(answer["goal_id"]))) is None:
            raise UnknownGoal(goal_id=str(answer["goal_id"]))
        goal |= {"rating": answer["rating"], "comment": answer["comment"]}
    return list(by_id.values())


def require_children(said: Iterable[Mapping[str, Any]], children: Iterable[str]) -> None:
    """Refuse a word about a child that is not of this family."""
    strangers = {str(child["person_id"]) for child in said} - set(children)
    if strangers:
        raise UnknownChild(unknown=sorted(strangers))


@dataclass(frozen=True, slots=True)
class ChildInCare:
    """A child in care on the day of the hand-over, and who coordinates its care, if anybody."""

    person_id: UUID
    coordinator_id: UUID | None


def recipients(social_worker_id: UUID, in_care: Iterable[ChildInCare]) -> list[dict[str, str]]:
    """List who gets a copy (E8): the social worker, and coordinators of children in care."""
    coordinators = sorted({c.coordinator_id for c in in_care if c.coordinator_id is not None})
    copies = [(social_worker_id, Role.SOCIAL_WORKER)]
    copies += [(found, Role.FOSTER_CARE_COORDINATOR) for found in coordinators]
    return [{"account_id": str(found), "role": role.value} for found, role in copies]


def warnings(in_care: Iterable[ChildInCare]) -> list[str]:
    """Return the codes of what is odd but allowed: a child in care without a coordinator (E8)."""
    return [E8.id] if any(c.coordinator_id is None for c in in_care) else []


def allowed(facts: Mapping[str, Any], roles: Iterable[Role]) -> list[AllowedAction]:
    """List what can be done with the assessment by the view's facts."""

    def blocked(action: AssessmentAction) -> Refusal | None:
        if action is A.RECEIVE:
            return None
        state = CaseState(facts["case_state"])
        refusal = refusal_of(lambda: cases.WORKFLOW.step(state, CaseAction.ASSESS))
        if refusal is not None or action is not A.SIGN:
            return refusal
        return refusal_of(lambda: require_complete(Content.of(facts)))

    return WORKFLOW.allowed_actions(AssessmentState(facts["state"]), roles, blocked)
