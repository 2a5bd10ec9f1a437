"""The offer: after the interview, in forms that have a name."""

from datetime import date

import pytest

from app.domain.offers import rules
from app.domain.offers.rules import SupportSource, WorkForm

BEFORE, DAY, AFTER = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)


@pytest.mark.rule("B4")
def test_an_offer_may_be_presented_from_the_day_of_the_interview_until_today() -> None:
    rules.require_after_interview(DAY, DAY, DAY)
    rules.require_after_interview(DAY, BEFORE, AFTER)


@pytest.mark.rule("B4")
@pytest.mark.parametrize(
    ("presented_on", "done_on", "refusal"),
    [
        (DAY, None, rules.InterviewNotCompleted),
        (BEFORE, DAY, rules.OfferOutOfOrder),
        (AFTER, DAY, rules.OfferOutOfOrder),
    ],
)
def test_an_offer_without_interview_before_it_or_in_the_future_is_refused(
    presented_on: date, done_on: date | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        rules.require_after_interview(presented_on, done_on, DAY)


@pytest.mark.rule("A6")
def test_another_form_is_named() -> None:
    rules.require_forms_named([WorkForm.LEGAL_HELP], None)
    rules.require_forms_named([WorkForm.OTHER], "warsztaty kulinarne")
    with pytest.raises(rules.OtherFormUnnamed):
        rules.require_forms_named([WorkForm.OTHER], None)
    with pytest.raises(rules.OtherFormUnnamed):
        rules.require_forms_named([WorkForm.LEGAL_HELP], "warsztaty kulinarne")


@pytest.mark.rule("A6")
def test_the_statute_names_five_forms_and_the_list_is_open() -> None:
    assert len(set(WorkForm) - {WorkForm.OTHER}) == 5


@pytest.mark.rule("A4")
def test_the_statute_names_three_who_support_a_family() -> None:
    assert len(SupportSource) == 3
