"""A person's request: who may make it, until when it is answered, on what ground it is refused."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.domain.actor import Role
from app.domain.calendar import months_after
from app.domain.errors import Conflict, Invalid, Refusal
from app.domain.law import GDPR, Certainty, Rule
from app.domain.retention.rules import RODO17
from app.domain.terms import Term
from app.domain.workflow import AllowedAction, Workflow, refusal_of, step

# The controller answers; of the four roles the head of the centre alone acts for it.
ANSWERING = Role.MANAGER
ANSWER_MONTHS = 1
MOST_MORE_MONTHS = 2


def _rule(place: str, pl: str, en: str) -> Rule:
    article, _, part = place.partition(".")
    return Rule(f"RODO{place}", GDPR.art(article, part), pl, en, sure=Certainty.SECONDARY)


RODO15 = _rule(
    "15.1",
    "Osoba otrzymuje dostęp do danych, które jej dotyczą, wraz z celami, odbiorcami, źródłami"
    " i okresem przechowywania.",
    "A person gets the data about them, with purposes, recipients, sources and the period kept.",
)
RODO12_3 = _rule(
    "12.3",
    "Na wniosek osoby odpowiada się w ciągu miesiąca; z powodu złożoności można przedłużyć o dwa"
    " miesiące, o czym zawiadamia się w ciągu pierwszego miesiąca.",
    "A request is answered within a month; it may be extended by two more for complexity, of which"
    " the person is told within the first.",
)
RODO12_4 = _rule(
    "12.4",
    "O odmowie zawiadamia się w ciągu miesiąca, z powodem i pouczeniem o skardze.",
    "A refusal is told within the month, with its reason and the right to complain.",
)
RODO12_6 = _rule(
    "12.6",
    "Danych nie wydaje się, dopóki tożsamość lub umocowanie wnioskodawcy budzi wątpliwości.",
    "Nothing is handed out while the identity or authority of who asks is in doubt.",
)


class RightsKind(Term):
    """What a person asks for."""

    ACCESS = "access", "dostęp do danych (art. 15 RODO)", "access to the data (art. 15 GDPR)"
    ERASURE = "erasure", "usunięcie danych (art. 17 RODO)", "erasure of the data (art. 17 GDPR)"


class RequestState(Term):
    """Where a request stands."""

    OPEN = "open", "w toku", "open"
    ANSWERED = "answered", "wydano dane", "answered"
    GRANTED = "granted", "usunięto dane", "data erased"
    REFUSED = "refused", "odmówiono", "refused"


class RequestAction(Term):
    """What can be done with a request."""

    EXTEND = "extend", "przedłuż termin", "extend the period"
    HAND_OVER = "hand_over", "zapisz wydanie danych", "record that the data were handed over"
    GRANT_ERASURE = "grant_erasure", "usuń dane", "erase the data"
    REFUSE = "refuse", "odmów", "refuse"


class RequestChannel(Term):
    """How a request came, and how the answer is given (art. 12 ust. 3, 15 ust. 3 RODO)."""

    IN_PERSON = "in_person", "osobiście", "in person"
    LETTER = "letter", "pocztą", "by letter"
    ELECTRONIC = "electronic", "drogą elektroniczną", "electronically"


class Requester(Term):
    """Who asks."""

    PERSON = "person", "osoba, której dane dotyczą", "the person themselves"
    LEGAL_REPRESENTATIVE = (
        "legal_representative",
        "przedstawiciel ustawowy",
        "legal representative",
    )
    ATTORNEY = "attorney", "pełnomocnik", "attorney"


class RequestRefusalGround(Term):
    """On what ground a request is refused; the article stands in the label."""

    UNFOUNDED_OR_EXCESSIVE = (
        "unfounded_or_excessive",
        "ewidentnie nieuzasadniony lub nadmierny (art. 12 ust. 5 lit. b RODO)",
        "manifestly unfounded or excessive (art. 12(5)(b) GDPR)",
    )
    NOT_IDENTIFIED = (
        "not_identified",
        "nie potwierdzono tożsamości (art. 12 ust. 2 i 6 RODO)",
        "identity not confirmed (art. 12(2) and (6) GDPR)",
    )
    RIGHTS_OF_OTHERS = (
        "rights_of_others",
        "prawa i wolności innych osób (art. 15 ust. 4 RODO)",
        "rights and freedoms of others (art. 15(4) GDPR)",
    )
    RESTRICTED_BY_ACT = (
        "restricted_by_act",
        "ograniczenie ustawowe (art. 23 ust. 1 RODO)",
        "restricted by an act (art. 23(1) GDPR)",
    )
    LEGAL_OBLIGATION = (
        "legal_obligation",
        "obowiązek prawny lub zadanie publiczne (art. 17 ust. 3 lit. b RODO)",
        "legal obligation or public task (art. 17(3)(b) GDPR)",
    )
    ARCHIVING = (
        "archiving",
        "okres archiwalny trwa (art. 17 ust. 3 lit. d RODO)",
        "the archive period runs (art. 17(3)(d) GDPR)",
    )
    CLAIMS = (
        "claims",
        "roszczenia i postępowania (art. 17 ust. 3 lit. e RODO)",
        "claims and proceedings (art. 17(3)(e) GDPR)",
    )


_GROUND = RequestRefusalGround
# On these grounds one of the rights alone is refused; on the others both.
GROUNDS_OF_ONE = {
    _GROUND.RIGHTS_OF_OTHERS: RightsKind.ACCESS,
    _GROUND.LEGAL_OBLIGATION: RightsKind.ERASURE,
    _GROUND.ARCHIVING: RightsKind.ERASURE,
    _GROUND.CLAIMS: RightsKind.ERASURE,
}
S, A = RequestState, RequestAction
WORKFLOW: Workflow[RequestState, RequestAction] = Workflow(
    (
        step(A.EXTEND, S.OPEN, None, ANSWERING, RODO12_3),
        step(A.HAND_OVER, S.OPEN, S.ANSWERED, ANSWERING, RODO15),
        step(A.GRANT_ERASURE, S.OPEN, S.GRANTED, ANSWERING, RODO17),
        step(A.REFUSE, S.OPEN, S.REFUSED, ANSWERING, RODO12_4),
    )
)


ANSWERED_BY = {A.HAND_OVER: RightsKind.ACCESS, A.GRANT_ERASURE: RightsKind.ERASURE}


class RequestInFuture(Invalid):
    """A request can't be received in the future."""

    pl = "Wniosek nie może wpłynąć w przyszłości."
    rule = RODO12_3


class RepresentationMissing(Invalid):
    """Who asks for another states the document of their authority (representation_ref)."""

    pl = "Kto występuje w cudzym imieniu, wskazuje dokument umocowania (representation_ref)."
    rule = RODO12_6


class IdentityNotConfirmed(Conflict):
    """Nothing is handed out before the identity of who asks is confirmed."""

    pl = "Danych nie wydaje się przed potwierdzeniem tożsamości wnioskodawcy."
    rule = RODO12_6


class ExtendedAlready(Conflict):
    """The period was extended already; it is extended once."""

    pl = "Termin już przedłużono; przedłuża się go raz."
    rule = RODO12_3


class ExtensionTooLate(Conflict):
    """The person is told of an extension within the first month; that month is over."""

    pl = "O przedłużeniu zawiadamia się w ciągu pierwszego miesiąca; ten termin minął."
    rule = RODO12_3


class AnotherRight(Conflict):
    """This request asks for something else: data are handed over, or erased, as was asked."""

    pl = "Ten wniosek dotyczy innego prawa: dane wydaje się albo usuwa zgodnie z wnioskiem."
    rule = RODO12_3


class GroundOfAnotherRight(Invalid):
    """On this ground another right is refused, not the one that was asked for."""

    pl = "Na tej podstawie odmawia się innego prawa, nie tego, którego dotyczy wniosek."
    rule = RODO12_4


class AnswerDayWrong(Invalid):
    """A request is answered after it came, and not in the future."""

    pl = "Na wniosek odpowiada się po jego wpływie i nie z datą przyszłą."
    rule = RODO12_3


def due(received_on: date, more_months: int = 0) -> date:
    """Return the last day for an answer: a month, more where extended (art. 12 ust. 3).

    Months clamp to the month's end, and a day off does not move the day: the stricter reading.
    """
    return months_after(received_on, ANSWER_MONTHS + more_months)


def require_received(received_on: date, today: date) -> None:
    """Refuse a request from the future."""
    if received_on > today:
        raise RequestInFuture(received_on=received_on, today=today)


def require_representation(requester: Requester, representation_ref: str | None) -> None:
    """Refuse somebody who asks for another without a document of their authority."""
    if requester is not Requester.PERSON and representation_ref is None:
        raise RepresentationMissing


def require_identified(*, identity_confirmed: bool) -> None:
    """Refuse to hand anything out to somebody who may be another."""
    if not identity_confirmed:
        raise IdentityNotConfirmed


def require_extendable(extended_on: date | None, due_on: date, today: date) -> None:
    """Refuse a second extension, and one after the first month."""
    if extended_on is not None:
        raise ExtendedAlready(extended_on=extended_on)
    if today > due_on:
        raise ExtensionTooLate(due_on=due_on, today=today)


def require_answer_day(answered_on: date, received_on: date, today: date) -> None:
    """Refuse an answer from before the request, or from the future."""
    if not received_on <= answered_on <= today:
        raise AnswerDayWrong(answered_on=answered_on, received_on=received_on, today=today)


def require_kind(kind: RightsKind, answered: RightsKind) -> None:
    """Refuse to answer a request for one right as if it were for another."""
    if kind is not answered:
        raise AnotherRight(kind=kind)


def require_ground(kind: RightsKind, ground: RequestRefusalGround) -> None:
    """Refuse a ground on which another right is refused."""
    if GROUNDS_OF_ONE.get(ground, kind) is not kind:
        raise GroundOfAnotherRight(kind=kind, ground=ground)


def allowed(facts: Mapping[str, Any], roles: Iterable[Role]) -> list[AllowedAction]:
    """List what can be done with a request, and what stands against it."""

    def blocked(action: RequestAction) -> Refusal | None:
        if action in ANSWERED_BY:
            kind = RightsKind(facts["kind"])
            return refusal_of(lambda: require_kind(kind, ANSWERED_BY[action]))
        if action is not A.EXTEND:
            return None
        extended = date.fromisoformat(facts["extended_on"]) if facts["extended_on"] else None
        due_on, today = (date.fromisoformat(facts[name]) for name in ("due_on", "today"))
        return refusal_of(lambda: require_extendable(extended, due_on, today))

    return WORKFLOW.allowed_actions(RequestState(facts["state"]), roles, blocked)
