"""What may be destroyed: proposed by the days, approved by the manager, carried out file by file.

The product proposes: a file is due by its archival period alone, nobody chooses. The manager
approves. Between both and the end anything may change, so each file is judged again when its turn
comes; one that may not go is left out, and the list says why.
"""

from app.domain.actor import Role
from app.domain.centres.rules import K8
from app.domain.errors import Conflict
from app.domain.retention.rules import (
    FileErasedAlready,
    FileInUse,
    OpenRequest,
    RetentionRuns,
    UnderLegalHold,
)
from app.domain.terms import Term
from app.domain.workflow import Workflow, step

DECIDING = Role.MANAGER
MOST_FILES = 100  # on one list: what one person can look through


class ListState(Term):
    """Where a destruction list stands."""

    PROPOSED = "proposed", "do zatwierdzenia", "proposed"
    APPROVED = "approved", "zatwierdzony", "approved"
    WITHDRAWN = "withdrawn", "wycofany", "withdrawn"
    CARRIED_OUT = "carried_out", "wykonany", "carried out"


class ListAction(Term):
    """What can be done with a destruction list."""

    APPROVE = "approve", "zatwierdź spis", "approve the list"
    WITHDRAW = "withdraw", "wycofaj spis", "withdraw the list"
    CARRY_OUT = "carry_out", "wykonaj spis", "carry out the list"


class FileState(Term):
    """What became of a file on a list."""

    LISTED = "listed", "w spisie", "listed"
    ERASED = "erased", "zanonimizowano", "anonymised"
    LEFT_OUT = "left_out", "pominięto", "left out"


class LeftOutReason(Term):
    """Why a file on an approved list was left as it is."""

    UNDER_HOLD = "under_hold", "wstrzymano niszczenie", "a legal hold stands"
    IN_USE = "in_use", "trwa sprawa rodziny", "a case of the family is not ended"
    KEPT_LONGER = "kept_longer", "okres przechowywania trwa", "the period of retention runs"
    OPEN_REQUEST = "open_request", "osoba czeka na odpowiedź", "a person awaits an answer"
    ERASED_BEFORE = "erased_before", "zanonimizowano wcześniej", "anonymised before"
    WITHDRAWN = "withdrawn", "wycofano spis", "the list was withdrawn"


LEFT_OUT = {
    UnderLegalHold: LeftOutReason.UNDER_HOLD,
    FileInUse: LeftOutReason.IN_USE,
    RetentionRuns: LeftOutReason.KEPT_LONGER,
    OpenRequest: LeftOutReason.OPEN_REQUEST,
    FileErasedAlready: LeftOutReason.ERASED_BEFORE,
}
S, A = ListState, ListAction
WORKFLOW: Workflow[ListState, ListAction] = Workflow(
    (
        step(A.APPROVE, S.PROPOSED, S.APPROVED, DECIDING, K8),
        step(A.WITHDRAW, {S.PROPOSED, S.APPROVED}, S.WITHDRAWN, DECIDING, K8),
        step(A.CARRY_OUT, S.APPROVED, None, DECIDING, K8),
    )
)


class NothingDue(Conflict):
    """No file may be destroyed today: none is over its period, free of holds and of a list."""

    pl = "Żadnych akt nie można dziś zniszczyć: okres nie minął, trwa wstrzymanie albo są w spisie."
    rule = K8


class ListNotCarriedOut(Conflict):
    """This list is not carried out: there is no record of a destruction yet."""

    pl = "Spis nie jest wykonany: protokołu zniszczenia jeszcze nie ma."
    rule = K8


def require_carried_out(state: ListState) -> None:
    """Refuse the record of a destruction that has not ended."""
    if state is not ListState.CARRIED_OUT:
        raise ListNotCarriedOut(state=state)


def require_due(files: int) -> None:
    """Refuse a list with nothing on it."""
    if not files:
        raise NothingDue
