"""Who may take a case over from its social worker."""

from uuid import UUID

from app.domain.directory.rules import B12
from app.domain.errors import Conflict
from app.domain.staff.rules import DataAuthorisationMissing, WorkerNotActive


class SameSocialWorker(Conflict):
    """This social worker has the case already; choose another."""

    pl = "Ta osoba już prowadzi tę sprawę; wskaż innego pracownika socjalnego."
    rule = B12


def require_another(present: UUID, taker: UUID) -> None:
    """Refuse to hand a case to who has it (B12)."""
    if taker == present:
        raise SameSocialWorker


def require_may_act(*, active: bool, authorised: bool) -> None:
    """Refuse who could do nothing with a case: blocked, or not authorised to see data (K3)."""
    if not active:
        raise WorkerNotActive
    if not authorised:
        raise DataAuthorisationMissing
