"""A child in care: the work goes on, one placement per child, somebody performs the tasks."""

from collections.abc import Iterable
from datetime import date, timedelta

from app.domain.access.rules import K11
from app.domain.actor import Role
from app.domain.cases.rules import A5
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.families.rules import FamilyRole
from app.domain.law import FAMILY_SUPPORT, Rule
from app.domain.terms import Term

G2 = Rule(
    "G2",
    FAMILY_SUPPORT.art(77, 1),
    "Rodzina zastępcza otrzymuje koordynatora na swój wniosek; bez niego zadania wykonuje"
    " organizator rodzinnej pieczy zastępczej (art. 77 ust. 1a).",
    "A foster family gets a coordinator on its application; otherwise the organiser performs the"
    " tasks (art. 77(1a)).",
)
G3 = Rule(
    "G3",
    FAMILY_SUPPORT.art(77, 2),
    "Koordynatora wyznacza się po zasięgnięciu opinii rodziny zastępczej.",
    "The coordinator is appointed after the foster family was asked for its opinion.",
)
G19 = Rule(
    "G19",
    FAMILY_SUPPORT.art(191, "13a"),
    "Powiat zawiadamia gminę o umieszczeniu dziecka w pieczy w terminie 14 dni.",
    "The powiat informs the gmina of the placement within 14 days.",
)
E3 = Rule(
    "E3",
    FAMILY_SUPPORT.art(15, 1, 2),
    "Gdy dziecko jest w rodzinnej pieczy zastępczej, plan pracy powstaje z koordynatorem i jest"
    " skoordynowany z planem pomocy dziecku.",
    "With a child in family foster care the plan is made with the coordinator and coordinated with"
    " the child's plan.",
)
E4 = Rule(
    "E4",
    FAMILY_SUPPORT.art(100, 1),
    "Gdy dziecko jest w placówce, plan uzgadnia się z wychowawcą, który sporządza plan pomocy"
    " dziecku we współpracy z asystentem.",
    "With a child in an institution the plan is agreed with the educator, who makes the child's"
    " plan in cooperation with the assistant.",
)
NOTICE_DAYS = 14

COORDINATION_ROLES = frozenset({Role.MANAGER, Role.FOSTER_CARE_COORDINATOR})
RETURN_ROLES = frozenset({Role.SOCIAL_WORKER, Role.FOSTER_CARE_COORDINATOR})


class FosterFamilyKind(Term):
    """What kind of family foster care it is."""

    FOSTER_FAMILY = "foster_family", "rodzina zastępcza", "foster family"
    CHILDRENS_HOME = "childrens_home", "rodzinny dom dziecka", "family children's home"


class CareForm(Term):
    """The form of foster care."""

    FAMILY = "family", "rodzinna", "family"
    INSTITUTION = "institution", "instytucjonalna", "institutional"


class PlacementBasis(Term):
    """On what legal basis a child was placed in care."""

    COURT_ORDER = "court_order", "orzeczenie sądu", "court order"
    ART_35_AGREEMENT = "art_35_agreement", "umowa z art. 35 ust. 2", "agreement of art. 35(2)"
    ART_12A = "art_12a", "art. 12a ustawy o przemocy domowej", "art. 12a, domestic violence act"
    POLICE = "police", "doprowadzenie przez Policję", "brought by the Police"


class CareTasksBy(Term):
    """Who performs the coordinator's tasks for a child in family care."""

    COORDINATOR = "coordinator", "koordynator", "coordinator"
    ORGANISER = "organiser", "organizator rodzinnej pieczy zastępczej", "organiser of foster care"


class PlacementOutcome(Term):
    """How a stay in care ended."""

    RETURNED = "returned", "powrót do rodziny", "returned to the family"
    ADOPTED = "adopted", "przysposobienie", "adopted"
    ADULT = "adult", "pełnoletność", "came of age"
    AUTHORITY_REMOVED = "authority_removed", "pozbawienie władzy", "parental authority removed"
    OTHER = "other", "inny", "other"


class PlanPartner(Term):
    """Who makes the child's plan, so that the family's plan is agreed with them."""

    COORDINATOR = (
        "coordinator",
        "koordynator rodzinnej pieczy zastępczej",
        "foster-care coordinator",
    )
    ORGANISER = "organiser", "organizator rodzinnej pieczy zastępczej", "organiser of foster care"
    EDUCATOR = "educator", "wychowawca w placówce", "educator of the institution"


class NotAChildHere(Invalid):
    """Only a child of this family can be placed in care."""

    pl = "W pieczy można umieścić tylko dziecko z tej rodziny."
    rule = A5


class PlacementOpenAlready(Conflict):
    """This child is in care already; end that placement first."""

    pl = "To dziecko przebywa już w pieczy; najpierw zakończ tamten pobyt."


class PlacementEnded(Conflict):
    """This placement has ended already."""

    pl = "Ten pobyt w pieczy już się zakończył."


class PlacementDateWrong(Invalid):
    """A placement begins and ends today or earlier, and does not end before it began."""

    pl = "Pobyt w pieczy zaczyna się i kończy najpóźniej dziś, a kończy się nie przed początkiem."


class EducatorMissing(Invalid):
    """A placement in an institution names the institution, the educator and the contact."""

    pl = "Przy pieczy instytucjonalnej podaj placówkę, wychowawcę i kontakt do niego."
    rule = E4


class FormMismatch(Invalid):
    """These details belong to the other form of care."""

    pl = "Te dane należą do innej formy pieczy."
    rule = E4


class PerformerMismatch(Invalid):
    """The coordinator performs the tasks where the foster family has one, else the organiser."""

    pl = "Zadania wykonuje koordynator, jeśli rodzina zastępcza go ma, w innym razie organizator."
    rule = G2


class FosterFamilyKnown(Conflict):
    """A foster family with this register number is recorded already."""

    pl = "Rodzina zastępcza o tym numerze rejestru jest już zapisana."


class CoordinationTaken(Conflict):
    """The foster family has a coordinator in this period already."""

    pl = "Rodzina zastępcza ma już w tym okresie koordynatora."
    rule = G2


class CoordinationEnded(Conflict):
    """This coordination has ended already."""

    pl = "Ta koordynacja już się zakończyła."


class CoordinationBeforeApplication(Invalid):
    """A coordinator is given on the foster family's application, not before it."""

    pl = "Koordynatora przyznaje się na wniosek rodziny zastępczej, nie przed nim."
    rule = G2


class CoordinationDateWrong(Invalid):
    """A coordination begins and ends today or earlier, and ends after it began."""

    pl = "Koordynacja zaczyna się i kończy najpóźniej dziś, a kończy się po rozpoczęciu."


class AppointedByManager(Forbidden):
    """Only the manager decides on somebody else, and where our children are in care already."""

    pl = "O koordynacji innej osoby lub rodziny, w której są już nasze dzieci, decyduje kierownik."
    rule = K11


CONSTRAINTS = {
    "placement_one_open": PlacementOpenAlready,
    "foster_family_number": FosterFamilyKnown,
    "coordination_one_at_a_time": CoordinationTaken,
}


def require_child(role: FamilyRole | None) -> None:
    """Refuse anybody who is not a child of this family (A5)."""
    if role is not FamilyRole.CHILD:
        raise NotAChildHere


def require_happened(on: date, today: date) -> None:
    """Refuse a placement or an end of it that lies in the future."""
    if on > today:
        raise PlacementDateWrong(on=on, today=today)


def require_details(
    form: CareForm, institution: Iterable[str | None], family: Iterable[object | None]
) -> None:
    """Refuse an institution without educator (E4), and details of the other form of care."""
    about_institution, about_family = list(institution), list(family)
    if form is CareForm.INSTITUTION:
        if not all(about_institution):
            raise EducatorMissing
        if any(about_family):
            raise FormMismatch(form=form)
    elif any(about_institution):
        raise FormMismatch(form=form)


def tasks_by(
    form: CareForm, said: CareTasksBy | None, *, has_coordinator: bool
) -> CareTasksBy | None:
    """Say who performs the coordinator's tasks (G2); refuse a statement that contradicts it."""
    if form is CareForm.INSTITUTION:
        return None
    found = CareTasksBy.COORDINATOR if has_coordinator else CareTasksBy.ORGANISER
    if said not in (None, found):
        raise PerformerMismatch(performed_by=found)
    return found


def require_end(started_on: date, already: date | None, ended_on: date, today: date) -> None:
    """Refuse a second end, and one before the beginning or in the future."""
    if already is not None:
        raise PlacementEnded(ended_on=already)
    require_happened(ended_on, today)
    if ended_on < started_on:
        raise PlacementDateWrong(starts_on=started_on, ended_on=ended_on)


def rights_end_on(today: date, *, own: bool) -> date:
    """Return the first day without a right: at once, or tomorrow for whoever records the end."""
    return today + timedelta(days=1) if own else today


def require_appointment(received_on: date, starts_on: date, today: date) -> None:
    """Refuse a coordination from before the application (G2) or from the future."""
    if starts_on < received_on:
        raise CoordinationBeforeApplication(received_on=received_on, starts_on=starts_on)
    if starts_on > today:
        raise CoordinationDateWrong(starts_on=starts_on, today=today)


def require_coordination_end(
    starts_on: date, already: date | None, ended_on: date, today: date
) -> None:
    """Refuse a second end, an end before the day after the start, or one in the future."""
    if already is not None:
        raise CoordinationEnded(ended_on=already)
    if not starts_on < ended_on <= today:
        raise CoordinationDateWrong(starts_on=starts_on, ended_on=ended_on, today=today)


def require_appoints(
    roles: Iterable[Role], *, own: bool, vacant: bool = True, children: int = 0
) -> None:
    """Refuse a coordinator who would appoint, replace or relieve somebody else.

    With children of our families in care an appointment gives a right to their files: that, too,
    is the manager's to decide (K11).
    """
    if Role.MANAGER not in frozenset(roles) and not (own and vacant and children == 0):
        raise AppointedByManager


# In an institution nobody performs the tasks of a coordinator.
_PARTNERS = {
    CareTasksBy.COORDINATOR: PlanPartner.COORDINATOR,
    CareTasksBy.ORGANISER: PlanPartner.ORGANISER,
    None: PlanPartner.EDUCATOR,
}


def who_must_agree(
    placements: Iterable[tuple[CareForm, CareTasksBy | None]],
) -> tuple[PlanPartner, ...]:
    """Return with whom the family's plan must be agreed: one for each kind of open placement.

    Family care: the coordinator, or the organiser who performs the tasks (E3, G2); an
    institution: the child's educator (E4).
    """
    needed = {_PARTNERS[performer] for _, performer in placements}
    return tuple(partner for partner in PlanPartner if partner in needed)
