"""Consent covers every holder of parental authority who takes part, or the work stands still."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.domain.actor import Role
from app.domain.cases.rules import A1, WITHDRAWAL, CaseAction, CaseState
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.centres.rules import A2
from app.domain.errors import Conflict, Invalid, Refusal
from app.domain.families.rules import HOLDING, MemberFacts
from app.domain.terms import Term
from app.domain.workflow import AllowedAction, Workflow, refusal_of, step


class ConsentState(Term):
    """Where a consent stands."""

    ACTIVE = "active", "obowiązuje", "active"
    WITHDRAWN = "withdrawn", "cofnięta", "withdrawn"


class ConsentAction(Term):
    """What can be done with a consent."""

    WITHDRAW = "withdraw", "zapisz cofnięcie zgody", "record its withdrawal"


# Who says what was done about a risk to the children (2.4): the Police, the court and the Blue
# Card are theirs to turn to (I16, I18).
RISK_ANSWERERS = (Role.SOCIAL_WORKER, Role.MANAGER)


class ConsentForm(Term):
    """How the family said it."""

    WRITTEN = "written", "pisemnie", "in writing"
    ORAL = "oral", "ustnie", "orally"


WORKFLOW: Workflow[ConsentState, ConsentAction] = Workflow(
    (
        step(
            ConsentAction.WITHDRAW,
            ConsentState.ACTIVE,
            None,
            CASE_WORKFLOW.roles(CaseAction.WITHDRAW_CONSENT),
            WITHDRAWAL,
        ),
    )
)


class ConsentRequired(Conflict):
    """Consent of every participating holder of parental authority is missing or was withdrawn."""

    pl = "Brak zgody wszystkich uczestniczących osób z władzą rodzicielską albo zgodę cofnięto."
    rule = A1


class SignerWithoutAuthority(Invalid):
    """Only holders of parental authority in this family can sign the consent."""

    pl = "Zgodę podpisują tylko osoby z tej rodziny, które mają władzę rodzicielską."
    rule = A1


class OfferFirst(Conflict):
    """The offer is presented before the family answers it."""

    pl = "Najpierw przedstawia się ofertę, potem rodzina na nią odpowiada."
    rule = A2


class AnsweredBeforeOffer(Invalid):
    """The family's answer can't be older than the offer."""

    pl = "Odpowiedź rodziny nie może być wcześniejsza niż oferta."
    rule = A2


class OralConsent(Invalid):
    """This centre requires consent in writing."""

    pl = "Ten ośrodek wymaga zgody na piśmie."
    rule = A2


class ConsentDocumentMissing(Invalid):
    """A written consent needs the reference of its document."""

    pl = "Zgoda pisemna wymaga wskazania dokumentu."
    rule = A2


class AnsweredInFuture(Invalid):
    """What the family said can't lie in the future."""

    pl = "Oświadczenie rodziny nie może mieć daty przyszłej."
    rule = A2


class AnsweredByStranger(Invalid):
    """These people are not members of this family."""

    pl = "Te osoby nie należą do tej rodziny."
    rule = A1


class NotASigner(Invalid):
    """This person has no consent in force here to withdraw."""

    pl = "Ta osoba nie ma tu obowiązującej zgody, którą mogłaby cofnąć."
    rule = WITHDRAWAL


class WithdrawnBeforeSigned(Invalid):
    """A consent can't be withdrawn before it was signed."""

    pl = "Zgody nie można cofnąć przed jej podpisaniem."
    rule = WITHDRAWAL


class RiskNotDescribed(Invalid):
    """A risk to the children must be described."""

    pl = "Zagrożenie dla dzieci trzeba opisać."
    rule = WITHDRAWAL


class NoRiskOpen(Conflict):
    """No withdrawal of this consent has found a risk that is still to be answered."""

    pl = "Przy cofnięciu tej zgody nie stwierdzono zagrożenia albo już na nie odpowiedziano."
    rule = WITHDRAWAL


class WithdrawalUnrecorded(Conflict):
    """This person's consent is in force: record its withdrawal, with the review of the risk."""

    pl = "Ta osoba ma obowiązującą zgodę: zapisz jej cofnięcie wraz z oceną zagrożenia dzieci."
    rule = WITHDRAWAL


class NobodyContinues(Invalid):
    """Nobody else's consent is in force, so the work can't go on without this person."""

    pl = "Nikt inny nie ma obowiązującej zgody, więc praca nie może trwać bez tej osoby."
    rule = WITHDRAWAL


def covers(holders: frozenset[UUID], signed: frozenset[UUID]) -> bool:
    """Tell whether everybody whose consent is needed has signed; nobody at all is no consent."""
    return bool(holders) and holders <= signed


def require_consent_covers(
    holders: frozenset[UUID],
    signed: frozenset[UUID],
    withdrawn_on: date | None,
    on: date | None = None,
) -> None:
    """Refuse unless every participating holder has signed and nothing was withdrawn (A1).

    What was done on an earlier day (`on`) is judged by that day: holders and signatures are those
    of it, and a withdrawal counts from its own day.
    """
    stopped = withdrawn_on is not None and (on is None or withdrawn_on <= on)
    if stopped or not covers(holders, signed):
        raise ConsentRequired(missing=named(holders - signed))


def missing_consent(facts: Mapping[str, Any]) -> Refusal | None:
    """Return what A1 says against an act, from the facts of `queries.CONSENT_FACTS`."""
    holders = frozenset(UUID(found) for found in facts["consent_holders"])
    signed = frozenset(UUID(found) for found in facts["consent_signed"])
    said = facts["consent_withdrawn_on"]
    withdrawn = date.fromisoformat(said) if said else None
    return refusal_of(lambda: require_consent_covers(holders, signed, withdrawn))


def require_after_offer(said_on: date, presented_on: date | None, today: date) -> None:
    """Refuse an answer without an offer, from before it, or from the future (A2)."""
    if presented_on is None:
        raise OfferFirst
    if said_on < presented_on:
        raise AnsweredBeforeOffer(presented_on=presented_on, said_on=said_on)
    if said_on > today:
        raise AnsweredInFuture(said_on=said_on, today=today)


def require_form(form: ConsentForm, document_ref: str | None, *, written_required: bool) -> None:
    """Refuse an oral consent where the centre wants it written, and a written one without paper."""
    if form is ConsentForm.WRITTEN and document_ref is None:
        raise ConsentDocumentMissing
    if form is ConsentForm.ORAL and written_required:
        raise OralConsent


def require_authority(signers: Iterable[UUID], holders: frozenset[UUID]) -> None:
    """Refuse a signature of somebody who holds no parental authority here (A1)."""
    others = frozenset(signers) - holders
    if others:
        raise SignerWithoutAuthority(without=named(others))


def may_sign(members: Iterable[MemberFacts]) -> frozenset[UUID]:
    """Return who may sign: every holder of authority; whoever signs takes part (again)."""
    return frozenset(
        member.id
        for member in members
        if member.parental_authority in HOLDING and member.left_on is None
    )


def require_members(people: Iterable[UUID], members: frozenset[UUID]) -> None:
    """Refuse people who are not of this family."""
    strangers = frozenset(people) - members
    if strangers:
        raise AnsweredByStranger(unknown=named(strangers))


def require_withdrawal_date(withdrawn_on: date, signed_on: date, today: date) -> None:
    """Refuse a withdrawal from before the signature or from the future (2.4)."""
    if withdrawn_on < signed_on:
        raise WithdrawnBeforeSigned(signed_on=signed_on, withdrawn_on=withdrawn_on)
    if withdrawn_on > today:
        raise AnsweredInFuture(said_on=withdrawn_on, today=today)


def require_risk_described(*, risk_to_children: bool, note: str | None) -> None:
    """Refuse a risk review that finds a risk and doesn't say which (2.4)."""
    if risk_to_children and note is None:
        raise RiskNotDescribed


def require_open_risk(found: int) -> None:
    """Refuse an answer where nothing is to be answered (2.4)."""
    if found == 0:
        raise NoRiskOpen


def require_unbound(*, bound: bool) -> None:
    """Refuse that a signer silently ceases to take part: that is a withdrawal (2.4)."""
    if bound:
        raise WithdrawalUnrecorded


def require_signer(signer: UUID, signed: Iterable[UUID]) -> None:
    """Refuse the withdrawal of somebody whose consent is not in force (2.4)."""
    if signer not in frozenset(signed):
        raise NotASigner(signer=signer)


def require_others_continue(holders: frozenset[UUID], signed: frozenset[UUID]) -> None:
    """Refuse to go on without a person when the consent of the rest does not cover (2.4)."""
    if not covers(holders, signed):
        raise NobodyContinues(missing=named(holders - signed))


def named(people: Iterable[UUID]) -> list[str]:
    """Write ids in a fixed order, as facts of a refusal."""
    return sorted(str(person) for person in people)


def allowed(facts: Mapping[str, Any], roles: Iterable[Any]) -> list[AllowedAction]:
    """List what can be done with a consent, given its state and the case's."""
    case_state = CaseState(facts["case_state"])
    return WORKFLOW.allowed_actions(
        ConsentState(facts["state"]),
        roles,
        lambda _: refusal_of(lambda: CASE_WORKFLOW.step(case_state, CaseAction.WITHDRAW_CONSENT)),
    )
