"""The first visit is joint and settles the rules of cooperation (B10)."""

from collections.abc import Collection
from uuid import UUID

from app.domain.centres.rules import B10
from app.domain.errors import Conflict, Forbidden, Invalid


class SocialWorkerMissing(Invalid):
    """Name the social worker who was present at the joint first visit."""

    pl = "Wskaż pracownika socjalnego obecnego na wspólnej pierwszej wizycie."
    rule = B10


class NotASocialWorker(Invalid):
    """The person named is no active social worker of this centre."""

    pl = "Wskazana osoba nie jest czynnym pracownikiem socjalnym tego ośrodka."
    rule = B10


class RulesNotDiscussed(Invalid):
    """The rules of cooperation are discussed at the first visit."""

    pl = "Na pierwszej wizycie omawia się zasady współpracy."
    rule = B10


class NotTheFirstVisit(Conflict):
    """Only the first visit of a case is confirmed."""

    pl = "Potwierdza się tylko pierwszą wizytę w sprawie."
    rule = B10


class FirstVisitRecorded(Conflict):
    """The first visit of this case has been recorded already."""

    pl = "Pierwsza wizyta w tej sprawie jest już zapisana."
    rule = B10


class NotTheNamedSocialWorker(Forbidden):
    """Only the social worker who was there, or the one of the case, confirms the first visit."""

    pl = "Pierwszą wizytę potwierdza pracownik socjalny, który na niej był, albo prowadzący sprawę."
    rule = B10


def require_rules_discussed(*, discussed: bool) -> None:
    """Refuse a first visit at which the rules of cooperation were not discussed (B10)."""
    if not discussed:
        raise RulesNotDiscussed


def require_worker(social_worker_id: UUID | None, *, joint: bool) -> None:
    """Refuse a joint first visit that names no social worker (B10)."""
    if joint and social_worker_id is None:
        raise SocialWorkerMissing


def require_social_worker(*, is_social_worker: bool) -> None:
    """Refuse to name somebody as the social worker who is none."""
    if not is_social_worker:
        raise NotASocialWorker


def require_first(*, is_first: bool) -> None:
    """Refuse to confirm a visit that is not the first one."""
    if not is_first:
        raise NotTheFirstVisit


def require_confirmer(people: Collection[UUID], named: UUID | None, of_case: UUID) -> None:
    """Refuse a confirmation by anybody but the social worker who was there or the case's own.

    `people` are who confirms and whom they cover (2.5a).
    """
    if named not in people and of_case not in people:
        raise NotTheNamedSocialWorker


CONSTRAINTS = {"visit_one_first": FirstVisitRecorded}
