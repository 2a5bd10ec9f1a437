"""A request's month, its extension, who may ask and receive: both sides of each boundary."""

from datetime import date

import pytest

from app.domain.actor import Role
from app.domain.rights import rules
from app.domain.rights.rules import RequestAction, Requester

CAME = date(2026, 3, 10)


@pytest.mark.rule("RODO12.3")
@pytest.mark.parametrize(
    ("came", "more", "due"),
    [
        (date(2026, 3, 10), 0, date(2026, 4, 10)),
        (date(2026, 1, 31), 0, date(2026, 2, 28)),
        (date(2028, 1, 31), 0, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 3, 31)),
        (date(2026, 3, 10), 1, date(2026, 5, 10)),
    ],
)
def test_a_request_is_answered_within_a_month_and_at_most_two_more(
    came: date, more: int, due: date
) -> None:
    assert rules.due(came, more) == due


@pytest.mark.rule("RODO12.3")
def test_a_request_is_extended_on_the_last_day_of_the_month_and_not_after_it() -> None:
    due = rules.due(CAME)
    rules.require_extendable(None, due, due)
    with pytest.raises(rules.ExtensionTooLate):
        rules.require_extendable(None, due, date(2026, 4, 11))


def test_a_request_is_extended_once() -> None:
    with pytest.raises(rules.ExtendedAlready):
        rules.require_extendable(CAME, date(2026, 5, 10), CAME)


@pytest.mark.rule("RODO12.6")
@pytest.mark.parametrize("requester", [Requester.LEGAL_REPRESENTATIVE, Requester.ATTORNEY])
def test_who_asks_for_another_shows_a_document(requester: Requester) -> None:
    rules.require_representation(requester, "Pełnomocnictwo z 2.03.2026")
    rules.require_representation(Requester.PERSON, None)
    with pytest.raises(rules.RepresentationMissing):
        rules.require_representation(requester, None)


@pytest.mark.rule("RODO12.6")
def test_nothing_is_handed_out_to_somebody_unknown() -> None:
    rules.require_identified(identity_confirmed=True)
    with pytest.raises(rules.IdentityNotConfirmed):
        rules.require_identified(identity_confirmed=False)


def test_a_request_came_today_at_the_latest() -> None:
    rules.require_received(CAME, CAME)
    with pytest.raises(rules.RequestInFuture):
        rules.require_received(date(2026, 3, 11), CAME)


@pytest.mark.parametrize(
    ("on", "today", "may"),
    [
        (CAME, CAME, True),
        (date(2026, 3, 9), CAME, False),
        (date(2026, 3, 11), CAME, False),
        (date(2026, 3, 11), date(2026, 3, 11), True),
    ],
)
def test_a_request_is_answered_after_it_came_and_not_in_the_future(
    on: date, today: date, *, may: bool
) -> None:
    if may:
        rules.require_answer_day(on, CAME, today)
    else:
        with pytest.raises(rules.AnswerDayWrong):
            rules.require_answer_day(on, CAME, today)


@pytest.mark.parametrize(
    ("kind", "answered_otherwise"),
    [("access", RequestAction.GRANT_ERASURE), ("erasure", RequestAction.HAND_OVER)],
)
@pytest.mark.parametrize(
    ("today", "too_late"), [("2026-04-10", set()), ("2026-04-11", {RequestAction.EXTEND})]
)
def test_the_actions_of_a_request_say_what_stands_against_them(
    today: str, too_late: set[RequestAction], kind: str, answered_otherwise: RequestAction
) -> None:
    facts = {"state": "open", "kind": kind, "extended_on": None, "due_on": "2026-04-10"}
    found = rules.allowed(facts | {"today": today}, {Role.MANAGER})
    assert {action.action for action in found} == set(RequestAction)
    blocked = {action.action for action in found if action.refusal}
    assert blocked == too_late | {answered_otherwise}
    assert not rules.allowed(facts | {"today": today, "state": "answered"}, {Role.MANAGER})
