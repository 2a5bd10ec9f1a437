"""The rules of the first visit (B10)."""

from uuid import uuid4

import pytest

from app.domain.cooperation import rules


@pytest.mark.rule("B10")
def test_a_joint_visit_names_its_social_worker() -> None:
    rules.require_worker(uuid4(), joint=True)
    rules.require_worker(None, joint=False)
    with pytest.raises(rules.SocialWorkerMissing):
        rules.require_worker(None, joint=True)


@pytest.mark.rule("B10")
def test_the_one_named_is_a_social_worker() -> None:
    rules.require_social_worker(is_social_worker=True)
    with pytest.raises(rules.NotASocialWorker):
        rules.require_social_worker(is_social_worker=False)


@pytest.mark.rule("B10")
def test_the_rules_of_cooperation_are_discussed() -> None:
    rules.require_rules_discussed(discussed=True)
    with pytest.raises(rules.RulesNotDiscussed):
        rules.require_rules_discussed(discussed=False)


@pytest.mark.rule("B10")
def test_the_one_who_was_there_or_the_cases_own_social_worker_confirms() -> None:
    named, of_case = uuid4(), uuid4()
    rules.require_confirmer({named}, named, of_case)
    rules.require_confirmer({of_case}, named, of_case)
    rules.require_confirmer({of_case}, None, of_case)
    rules.require_confirmer({uuid4(), of_case}, None, of_case)
    with pytest.raises(rules.NotTheNamedSocialWorker):
        rules.require_confirmer({uuid4()}, named, of_case)


@pytest.mark.rule("B10")
def test_only_a_first_visit_is_confirmed() -> None:
    rules.require_first(is_first=True)
    with pytest.raises(rules.NotTheFirstVisit):
        rules.require_first(is_first=False)
