"""The family's consent: who must give it, when, and what its withdrawal means."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from app.domain.actor import Role
from app.domain.cases.rules import CaseState
from app.domain.consents import rules
from app.domain.consents.rules import ConsentForm, ConsentState
from app.domain.workflow import IllegalStep, refusal_of

MOTHER, FATHER = uuid4(), uuid4()
NOBODY: frozenset[UUID] = frozenset()
BOTH = frozenset({MOTHER, FATHER})
DAY, BEFORE, AFTER = date(2026, 3, 10), date(2026, 3, 9), date(2026, 3, 11)


@pytest.mark.rule("A1")
@pytest.mark.parametrize(
    ("holders", "signed"),
    [(BOTH, BOTH), (frozenset({MOTHER}), BOTH), (frozenset({MOTHER}), frozenset({MOTHER}))],
)
def test_consent_covers_when_every_participating_holder_has_signed(
    holders: frozenset[UUID], signed: frozenset[UUID]
) -> None:
    rules.require_consent_covers(holders, signed, None)


@pytest.mark.rule("A1")
def test_consent_of_one_parent_does_not_cover_two() -> None:
    with pytest.raises(rules.ConsentRequired) as refused:
        rules.require_consent_covers(BOTH, frozenset({MOTHER}), None)
    assert refused.value.facts == {"missing": [str(FATHER)]}


@pytest.mark.rule("A1")
def test_without_any_holder_there_is_no_consent() -> None:
    with pytest.raises(rules.ConsentRequired):
        rules.require_consent_covers(NOBODY, NOBODY, None)


@pytest.mark.rule("A1")
def test_a_withdrawn_consent_covers_nothing_even_when_all_have_signed() -> None:
    with pytest.raises(rules.ConsentRequired):
        rules.require_consent_covers(BOTH, BOTH, DAY)


@pytest.mark.parametrize(
    ("holders", "signed", "withdrawn", "missing"),
    [
        ([MOTHER], [MOTHER], None, False),
        ([MOTHER], [], None, True),
        ([MOTHER], [MOTHER], "2026-03-10", True),
    ],
)
def test_facts_of_a_view_are_judged_by_the_same_rule(
    holders: list[UUID], signed: list[UUID], withdrawn: str | None, *, missing: bool
) -> None:
    facts = {
        "consent_holders": [str(person) for person in holders],
        "consent_signed": [str(person) for person in signed],
        "consent_withdrawn_on": withdrawn,
    }
    refusal = rules.missing_consent(facts)
    assert isinstance(refusal, rules.ConsentRequired) is missing


@pytest.mark.rule("A2")
def test_an_answer_may_come_on_the_day_of_the_offer_and_until_today() -> None:
    rules.require_after_offer(DAY, DAY, DAY)
    rules.require_after_offer(DAY, BEFORE, AFTER)


@pytest.mark.rule("A2")
@pytest.mark.parametrize(
    ("said_on", "presented_on", "refusal"),
    [
        (DAY, None, rules.OfferFirst),
        (BEFORE, DAY, rules.AnsweredBeforeOffer),
        (AFTER, DAY, rules.AnsweredInFuture),
    ],
)
def test_an_answer_without_offer_before_it_or_from_the_future_is_refused(
    said_on: date, presented_on: date | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        rules.require_after_offer(said_on, presented_on, DAY)


@pytest.mark.rule("A2")
@pytest.mark.parametrize(
    ("form", "document", "written_required"),
    [
        (ConsentForm.WRITTEN, "ZG/1", True),
        (ConsentForm.WRITTEN, "ZG/1", False),
        (ConsentForm.ORAL, None, False),
    ],
)
def test_a_form_that_the_centre_accepts(
    form: ConsentForm, document: str | None, *, written_required: bool
) -> None:
    rules.require_form(form, document, written_required=written_required)


@pytest.mark.rule("A2")
@pytest.mark.parametrize(
    ("form", "document", "written_required", "refusal"),
    [
        (ConsentForm.WRITTEN, None, False, rules.ConsentDocumentMissing),
        (ConsentForm.ORAL, None, True, rules.OralConsent),
        (ConsentForm.ORAL, "ZG/1", True, rules.OralConsent),
    ],
)
def test_a_form_that_the_centre_refuses(
    form: ConsentForm,
    document: str | None,
    refusal: type[Exception],
    *,
    written_required: bool,
) -> None:
    with pytest.raises(refusal):
        rules.require_form(form, document, written_required=written_required)


@pytest.mark.rule("A1")
def test_only_holders_of_parental_authority_sign() -> None:
    rules.require_authority([MOTHER], BOTH)
    with pytest.raises(rules.SignerWithoutAuthority):
        rules.require_authority([MOTHER, FATHER], frozenset({MOTHER}))


def test_only_members_of_the_family_refuse() -> None:
    rules.require_members([MOTHER], BOTH)
    with pytest.raises(rules.AnsweredByStranger):
        rules.require_members([FATHER], frozenset({MOTHER}))


@pytest.mark.rule("2.4")
def test_a_withdrawal_lies_between_signature_and_today() -> None:
    rules.require_withdrawal_date(DAY, DAY, DAY)
    with pytest.raises(rules.WithdrawnBeforeSigned):
        rules.require_withdrawal_date(BEFORE, DAY, DAY)
    with pytest.raises(rules.AnsweredInFuture):
        rules.require_withdrawal_date(AFTER, DAY, DAY)


@pytest.mark.rule("2.4")
def test_a_risk_is_described() -> None:
    rules.require_risk_described(risk_to_children=False, note=None)
    rules.require_risk_described(risk_to_children=True, note="Dzieci zostają bez opieki.")
    with pytest.raises(rules.RiskNotDescribed):
        rules.require_risk_described(risk_to_children=True, note=None)


@pytest.mark.rule("2.4")
def test_only_a_signer_withdraws() -> None:
    rules.require_signer(MOTHER, BOTH)
    with pytest.raises(rules.NotASigner):
        rules.require_signer(FATHER, frozenset({MOTHER}))


@pytest.mark.rule("2.4")
def test_the_work_goes_on_without_one_parent_only_with_the_others_consent() -> None:
    rules.require_others_continue(frozenset({FATHER}), frozenset({FATHER}))
    with pytest.raises(rules.NobodyContinues):
        rules.require_others_continue(frozenset({FATHER}), NOBODY)
    with pytest.raises(rules.NobodyContinues):
        rules.require_others_continue(NOBODY, NOBODY)


@pytest.mark.parametrize(
    ("case_state", "role", "allowed"),
    [
        (CaseState.CONSENT_GIVEN, Role.SOCIAL_WORKER, True),
        (CaseState.IN_PROGRESS, Role.ASSISTANT, True),
        (CaseState.IN_PROGRESS, Role.MANAGER, False),
        (CaseState.CLOSED, Role.SOCIAL_WORKER, False),
    ],
)
def test_a_consent_shows_whether_it_can_be_withdrawn(
    case_state: CaseState, role: Role, *, allowed: bool
) -> None:
    facts = {"state": ConsentState.ACTIVE, "case_state": case_state}
    assert [found.refusal is None for found in rules.allowed(facts, {role})] == [allowed]


def test_a_withdrawn_consent_can_not_be_withdrawn_again() -> None:
    with pytest.raises(IllegalStep):
        rules.WORKFLOW.step(ConsentState.WITHDRAWN, rules.ConsentAction.WITHDRAW)


@pytest.mark.rule("2.4")
@pytest.mark.parametrize(("on", "refused"), [(BEFORE, False), (DAY, True), (AFTER, True)])
def test_a_withdrawal_counts_from_its_own_day(on: date, *, refused: bool) -> None:
    refusal = refusal_of(lambda: rules.require_consent_covers(BOTH, BOTH, DAY, on))
    assert isinstance(refusal, rules.ConsentRequired) is refused
