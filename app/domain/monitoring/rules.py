"""Monitoring after the work (art. 15(1)(16)): a duty without a period in the act."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.domain.actor import Role
from app.domain.calendar import months_after
from app.domain.caseload.rules import C14
from app.domain.cases.rules import E14, CaseAction, CaseState
from app.domain.cases.rules import WORKFLOW as CASE_WORKFLOW
from app.domain.errors import Conflict, Invalid
from app.domain.terms import Term
from app.domain.workflow import AllowedAction

ACTIONS = frozenset({CaseAction.CHECK, CaseAction.TRANSFER_MONITORING, CaseAction.END_MONITORING})


class CheckMode(Term):
    """How a family was checked on."""

    VISIT = "visit", "wizyta", "visit"
    PHONE = "phone", "telefon", "telephone call"
    INSTITUTION = "institution", "informacja z instytucji", "word from an institution"


class MonitoringRisk(Term):
    """What a check found."""

    NONE = "none", "bez zagrożeń", "no risk"
    SOME = "some", "niepokojące sygnały", "some risk"
    SERIOUS = "serious", "poważne zagrożenie", "serious risk"


class MonitoringAssistantMissing(Invalid):
    """Nobody has worked with the family: name the assistant who will monitor it."""

    pl = "Nikt nie pracował z rodziną: wskaż asystenta, który będzie ją monitorował."
    rule = E14


class MonitorsAlready(Conflict):
    """This person monitors the family already; choose another."""

    pl = "Ta osoba już monitoruje rodzinę; wskaż inną."
    rule = E14


class MonitoringDayWrong(Invalid):
    """This day lies before the monitoring began, or in the future."""

    pl = "Ten dzień przypada przed rozpoczęciem monitoringu albo w przyszłości."
    rule = E14


class SeriousRiskStands(Conflict):
    """The last check found a serious risk: take a signal of the family, or check on it again."""

    pl = "Ostatnie sprawdzenie wykazało poważne zagrożenie: przyjmij zgłoszenie albo sprawdź znowu."
    rule = E14


class NextCheckWrong(Invalid):
    """The next check falls after this one, and within the monitoring."""

    pl = "Następne sprawdzenie przypada po tym i w czasie trwania monitoringu."
    rule = E14


def planned_end(starts_on: date, months: int) -> date:
    """Return until when the centre monitors a family (monitoring_months; no period in law)."""
    return months_after(starts_on, months)


def check_days(starts_on: date, interval_months: int, until: date) -> list[date]:
    """Return the days by which checks are due, counted from the start so that none drifts.

    There is one at least: at the end, where the interval is longer than the whole monitoring.
    """
    days = []
    months = interval_months
    while (day := months_after(starts_on, months)) <= until:
        days.append(day)
        months += interval_months
    return days or [until]


def next_check(days: Iterable[date], checked_on: date, due_on: date | None) -> date | None:
    """Return the due date after a check that settled `due_on`; None: the period is covered."""
    settled = max(checked_on, due_on or checked_on)
    return next((day for day in days if day > settled), None)


def require_day(on: date, starts_on: date, today: date) -> None:
    """Refuse a check or an end before the start, or in the future."""
    if not starts_on <= on <= today:
        raise MonitoringDayWrong(on=on, starts_on=starts_on, today=today)


def require_no_serious_risk(last: MonitoringRisk | None) -> None:
    """Refuse to end a monitoring whose last check found a serious risk (E14)."""
    if last is MonitoringRisk.SERIOUS:
        raise SeriousRiskStands


def require_next(next_on: date | None, checked_on: date, until: date) -> None:
    """Refuse a next check that does not follow, or lies after the monitoring."""
    if next_on is not None and not checked_on < next_on <= until:
        raise NextCheckWrong(checked_on=checked_on, next_on=next_on, planned_end=until)


def warnings(families: int, limit: int) -> list[str]:
    """Return C14's code when an assistant monitors more families than the centre wants to."""
    return [C14.id] if families > limit else []


def allowed(facts: Mapping[str, Any], roles: Iterable[Role]) -> list[AllowedAction]:
    """List what can be done with a monitoring: the case's own machine says so."""
    found = CASE_WORKFLOW.allowed_actions(CaseState(facts["case_state"]), roles, lambda _: None)
    return [action for action in found if action.action in ACTIONS]
