"""The rule book, both ways: every rule is declared once, cited, in two languages, and tested."""

from collections import Counter

import pytest

from app.api.http_refusals import OF_STATUS
from app.domain.errors import Refusal
from app.domain.law import PRACTICE, Act, Certainty, Rule, Standing
from tests.factories.rulebook import acts, declared_rules, marked_rules, refusals

RULES = declared_rules()
NAMED_BY_THE_ISSUE = (
    *(f"C{n}" for n in range(1, 13)),
    *("C13", "C14", "C16", "C17", "C18", "C19", "J1", "K1", "K3", "K11", "L3", "1.D"),
    *("A1", "A2", "A5", "A8", "G2", "G4"),
    *(f"B{n}" for n in range(1, 15)),
    *(f"E{n}" for n in range(1, 15)),
)
_NOT_LAW = "how requests are written, not what the law says"
_FORM = "the form of the data: dates that contradict each other or lie where they can't"
# A refusal without a rule needs its reason here; everything else cites its article.
WITHOUT_RULE: dict[str, str] = {
    **dict.fromkeys(("NotFound", "Forbidden", "Conflict", "Invalid"), "the four general answers"),
    **dict.fromkeys(("Stale", "NoPrecondition", "NoIdempotencyKey", "KeyReused"), _NOT_LAW),
    **dict.fromkeys(("AnswerErased", "KeysDestroyed"), _NOT_LAW),
    **dict.fromkeys(("NotSignedIn", "Busy", "BadCursor", "AlreadyExists"), _NOT_LAW),
    **dict.fromkeys(("Unreadable", "MethodNotAllowed", "BodyTooLarge"), _NOT_LAW),
    **dict.fromkeys(("UnsupportedMediaType", "OurError"), _NOT_LAW),
    **dict.fromkeys(("WrongCredentials", "SessionOver", "LoginTaken"), _NOT_LAW),
    **dict.fromkeys(("PresentPasswordWrong", "ResetTokenOver", "SignInNotRecent"), _NOT_LAW),
    **dict.fromkeys(("InsufficientScope", "FamiliesScopeMissing", "WrongExpiry"), _NOT_LAW),
    **dict.fromkeys(("TooManyWebhooks", "WebhookDisabled", "WebhookWithoutSecret"), _NOT_LAW),
    **dict.fromkeys(("ClientNameTaken", "ClientDisabled", "TwoSecretsAlready"), _NOT_LAW),
    **dict.fromkeys(("SecretRevokedAlready", "NoIdentityProvider", "UnlinkedAlready"), _NOT_LAW),
    **dict.fromkeys(("FederatedSignInOver", "ProviderNotBelieved"), _NOT_LAW),
    **dict.fromkeys(("IdentityNotLinked", "IdentityLinkedAlready"), _NOT_LAW),
    "AgreementNotConcluded": "art. 28 of the GDPR, which is no act of the rule book",
    "StillResponsible": "no family is left without anybody; no article says how work ends",
    "SwitchedAlready": _NOT_LAW,
    **dict.fromkeys(("IllegalStep", "NotYourRole"), "each step of the machine has its own rule"),
    **dict.fromkeys(("SettingsInThePast", "SettingsOverlap"), _FORM),
    **dict.fromkeys(("FamilyUnknown", "PeselDisagrees", "BornInFuture"), _FORM),
    **dict.fromkeys(("DepartureImpossible", "LeftAlready"), _FORM),
    **dict.fromkeys(("NotYetHappened", "EndsBeforeStart", "EndedAlready"), _FORM),
    **dict.fromkeys(("NotOnYourself", "DistrictNameTaken"), _FORM),
    **dict.fromkeys(("VisitInFuture", "VisitBeforeAssignment", "NextVisitTooEarly"), _FORM),
    **dict.fromkeys(("EndsBeforeBegins", "NotOfThisFamily"), _FORM),
    **dict.fromkeys(("DiagnosisInFuture", "DiagnosisTooEarly", "DiagnosisSuperseded"), _FORM),
    **dict.fromkeys(("PlacementDateWrong", "CoordinationDateWrong", "PlanStepInFuture"), _FORM),
    **dict.fromkeys(("PlacementOpenAlready", "PlacementEnded", "CoordinationEnded"), _FORM),
    **dict.fromkeys(("FosterFamilyKnown", "ActionDoneAlready"), _FORM),
    "SpheresIncomplete": "the five spheres are the method of the diagnosis, no article's",
    "CaseOpenAlready": "one case at a time is how the product counts families",
}


def _rule(declared: tuple[str, Rule]) -> str:
    return declared[1].id


def _name(kind: type[Refusal]) -> str:
    return kind.__name__


def test_every_rule_is_declared_once() -> None:
    twice = [rule_id for rule_id, times in Counter(r.id for _, r in RULES).items() if times > 1]
    places = {rule_id: [module for module, r in RULES if r.id == rule_id] for rule_id in twice}
    assert not places, f"Keep one of each, in the lowest capability; import it above: {places}"


@pytest.mark.parametrize("rule_id", NAMED_BY_THE_ISSUE)
def test_the_rule_book_holds_what_was_asked_for(rule_id: str) -> None:
    assert rule_id in {rule.id for _, rule in RULES}, (
        f'Declare Rule("{rule_id}", …) in the rules.py of its capability, as enforced, as a '
        "setting, or as not applicable with the reason."
    )


@pytest.mark.parametrize("declared", RULES, ids=_rule)
def test_a_rule_says_what_it_demands_in_both_languages(declared: tuple[str, Rule]) -> None:
    module, rule = declared
    assert len(rule.pl) > 10, f"Write {rule.id} of {module} in Polish."
    assert len(rule.en) > 10, f"Write {rule.id} of {module} in English."
    assert str(rule.basis), f"Cite the basis of {rule.id} in {module}."


@pytest.mark.parametrize("declared", RULES, ids=_rule)
def test_a_rule_from_an_act_cites_a_place_in_it(declared: tuple[str, Rule]) -> None:
    module, rule = declared
    assert rule.basis.act in acts(), f"{rule.id}: declare its act in app/domain/law.py."
    if rule.basis.act is PRACTICE:
        assert rule.sure is not Certainty.LAW, (
            f"{rule.id} of {module} rests on practice: tag it LOCAL, INTERPRETATION or UNFOUND."
        )
    else:
        assert rule.basis.place, f"{rule.id} of {module} cites a whole act: name the article."


@pytest.mark.parametrize("declared", RULES, ids=_rule)
def test_an_enforced_rule_is_held_by_a_test(declared: tuple[str, Rule]) -> None:
    module, rule = declared
    if rule.standing is Standing.NOT_APPLICABLE:
        assert rule.reason, f"Say in `reason` why {rule.id} of {module} does not apply."
    if rule.standing is Standing.ENFORCED:
        assert rule.id in marked_rules(), (
            f'{rule.id} of {module} is claimed as enforced: write @pytest.mark.rule("{rule.id}") '
            "above the test that would fail without it."
        )


def test_every_marked_test_names_a_declared_rule() -> None:
    known = {rule.id for _, rule in RULES}
    strangers = {i: places for i, places in marked_rules().items() if i not in known}
    assert not strangers, f"Declare these rules, or correct the marks: {strangers}"


@pytest.mark.parametrize("kind", refusals(), ids=_name)
def test_a_refusal_speaks_polish_and_english(kind: type[Refusal]) -> None:
    assert "pl" in vars(kind), f"Give {kind.__name__} its own `pl` (the title in Polish)."
    assert vars(kind).get("__doc__"), f"Give {kind.__name__} a docstring (the title in English)."
    for title in (kind.pl, kind.en()):
        assert title.endswith("."), f"{kind.__name__}: write whole sentences: {title!r}"
        assert len(title) <= 300, f"{kind.__name__}: a title is one sentence."


@pytest.mark.parametrize("kind", refusals(), ids=_name)
def test_a_refusal_cites_its_rule_or_says_why_it_has_none(kind: type[Refusal]) -> None:
    if kind.rule is None:
        assert kind.__name__ in WITHOUT_RULE, (
            f"Give {kind.__name__} of {kind.__module__} its `rule`, or add it to WITHOUT_RULE in "
            "this file with the reason why no rule stands behind it."
        )
    else:
        assert kind.__name__ not in WITHOUT_RULE, f"Take {kind.__name__} off WITHOUT_RULE."
        assert any(kind.rule is rule for _, rule in RULES), f"{kind.__name__}: name its rule."


def test_every_reason_for_no_rule_belongs_to_a_refusal() -> None:
    gone = set(WITHOUT_RULE) - {kind.__name__ for kind in refusals()}
    assert not gone, f"Take these off WITHOUT_RULE: {gone}"


def test_every_refusal_has_a_type_of_its_own() -> None:
    twice = [kind for kind, n in Counter(k.kind() for k in refusals()).items() if n > 1]
    assert not twice, f"Rename one of each, its problem type must be unique: {twice}"


@pytest.mark.parametrize("kind", refusals(), ids=_name)
def test_a_refusal_has_a_status_that_means_it(kind: type[Refusal]) -> None:
    ours = {400, 401, 403, 404, 409, 412, 422, 428, 429, 503}
    assert kind.status in ours | OF_STATUS.keys(), kind.__name__


@pytest.mark.parametrize("act", acts(), ids=lambda act: act.key)
def test_a_citation_prints_with_its_journal(act: Act) -> None:
    assert act.en, f"Name {act.key} in English."
    if act is PRACTICE:
        assert str(act.whole()) == act.pl
        return
    assert act.journal.startswith("Dz.U. "), f"Say where {act.key} was published."
    assert str(act.art(15, 4)) == f"art. 15 {act.subdivision} 4 {act.pl} ({act.journal})"
    assert str(act.par(3, 2, 1, "a")).startswith(f"§ 3 {act.subdivision} 2 pkt 1 lit. a {act.pl}")
