"""Every command on a case as data: who gives it, where, with which valid content."""

from dataclasses import dataclass
from typing import Any

from app.domain.cases.rules import CaseAction as A
from tests.factories import bodies
from tests.factories.bodies import Place, Said, on
from tests.factories.diagnoses import diagnosis_said
from tests.factories.people import HERE, Person
from tests.factories.referrals import CONTENT
from tests.factories.visits import COOPERATION

SW, FA, MG = HERE.social_worker, HERE.assistant, HERE.manager


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `at` is the link whose id stands in the path, `reads` where its ETag is."""

    name: str
    who: Person
    at: str
    path: str
    said: Said = bodies.nothing
    actions: tuple[A, ...] = ()
    reads: str | None = None
    method: str = "POST"

    def address(self, place: Place) -> str:
        """Return the path of the command."""
        return self.path.format(place.id_of(self.at))

    def source(self, place: Place) -> str | None:
        """Return where the version is read; None: the command needs none."""
        return self.reads.format(place.id_of(self.at)) if self.reads else None


CASE, INTERVIEW, REFERRAL, PLAN = "/cases/{}", "/interviews/{}", "/referrals/{}", "/plans/{}"
CONSENT, VISIT, DIAGNOSIS = "/consents/{}", "/visits/{}", "/diagnoses/{}"
RATED, MOTION = "/assessments/{}", "/motions/{}"
_MOTION = {"kind": "closure", "closure_reason": "goals_achieved", "text": "Cele osiągnięte."}
_OFFER = {"forms": ["counselling"], "support": [], "materials_handed": True}
_AGREED = {"partner": "educator", "name": "Halina Wiśniowiecka", "reference": "PPD/7/2026"}
_CHECK = {"mode": "visit", "situation": "Rodzina radzi sobie.", "risk": "none"}
_END = {"outcome": "Sytuacja stabilna.", "retention_category": "B-10"}
_UNIT = {"route": "gmina_unit", "target": "Poradnia rodzinna", "reason": "Inna pomoc."}


def _new(part: str, who: Person, said: Said, *actions: A) -> Command:
    return Command(part, who, "case", f"{CASE}/{part}", said, actions)


def _case(part: str, said: Said, *actions: A) -> Command:
    return Command(part, MG, "case", f"{CASE}/{part}", said, actions, CASE)


def _part(
    link: str, at: str, part: str, who: Person, said: Said = bodies.nothing, *actions: A
) -> Command:
    return Command(f"{link} {part}", who, link, f"{at}/{part}", said, actions, at)


def _constant(**said: Any) -> Said:
    return lambda _: said


INTAKE = (
    _new("interviews", SW, on("started_on", place="home"), A.START_INTERVIEW),
    _part(
        *("interview", INTERVIEW, "completion", SW),
        bodies.completion(need=True),
        A.COMPLETE_INTERVIEW,
    ),
    _new(
        "offers", SW, on("presented_on", description="Asystent rodziny.", **_OFFER), A.PRESENT_OFFER
    ),
    _new("consents", SW, bodies.consent, A.RECORD_CONSENT),
    _new("referrals", SW, _constant(**CONTENT)),
    _part("referral", REFERRAL, "submission", SW, bodies.nothing, A.SUBMIT_APPLICATION),
    _part("referral", REFERRAL, "analysis", MG, bodies.nothing, A.BEGIN_ANALYSIS),
    _part(
        *("referral", REFERRAL, "acceptance", MG),
        _constant(assistant_id=str(FA.id), letter_no="12/2026"),
        A.ASSIGN,
    ),
)
WORK = (
    _new("first-visit", FA, bodies.first_visit, A.RECORD_FIRST_VISIT),
    _part("first_visit", VISIT, "confirmation", SW, bodies.nothing, A.CONFIRM_FIRST_VISIT),
    _new("diagnoses", FA, lambda p: diagnosis_said(p.made, made_on=p.day()), A.DIAGNOSE),
    _new("plans", FA, bodies.new_plan, A.DRAFT_PLAN, A.REVISE_PLAN),
    _part("draft_plan", PLAN, "consultation", SW, on("consulted_on", opinion="Zgoda.")),
    _part(
        *("draft_plan", PLAN, "activation", FA),
        lambda p: {"signed_by": [str(p.made.mother)]},
        *(A.ACTIVATE_PLAN, A.REVISE_PLAN),
    ),
    _new("visits", FA, bodies.visit, A.RECORD_VISIT),
    _new("assessments", FA, lambda p: {"kind": "final", "period_to": p.day()}, A.ASSESS),
    Command("fill", FA, "assessment", RATED, bodies.filled, (A.ASSESS,), RATED, "PATCH"),
    _part("assessment", RATED, "signature", FA, bodies.nothing, A.ASSESS),
    _part("assessment", RATED, "handover", FA, on("handed_over_on"), A.ASSESS),
    _new("motions", FA, _constant(**_MOTION), A.PROPOSE_CLOSURE),
)
END = (
    _case("closure", bodies.closure, A.CLOSE),
    _new("monitoring-checks", FA, on("checked_on", **_CHECK), A.CHECK),
    _case("monitoring-end", on("ended_on", **_END), A.END_MONITORING),
)
ROAD = (*INTAKE, *WORK, *END)
ASIDE = (
    _part(
        *("interview", INTERVIEW, "completion", SW),
        bodies.completion(need=False),
        A.COMPLETE_INTERVIEW,
    ),
    _new("consent-refusals", SW, bodies.refusal, A.RECORD_REFUSAL),
    _part("consent", CONSENT, "withdrawal", SW, bodies.withdrawal, A.WITHDRAW_CONSENT),
    _part(
        "referral", REFERRAL, "return", MG, _constant(reason="Brak opinii."), A.RETURN_APPLICATION
    ),
    _part("referral", REFERRAL, "refusal", MG, _constant(reason="Brak."), A.REFUSE_APPLICATION),
    _part("referral", REFERRAL, "redirection", MG, _constant(**_UNIT), A.REDIRECT_APPLICATION),
    _case("transfers", bodies.transfer(HERE.other_assistant), A.TRANSFER),
    _case("transfers", bodies.transfer(HERE.assistant), A.TRANSFER),
    _case("social-worker", bodies.handover(HERE.other_social_worker), A.HAND_OVER),
    _case("social-worker", bodies.handover(HERE.social_worker), A.HAND_OVER),
    _new("substitutions", MG, bodies.substitution, A.SUBSTITUTE),
    _new("failed-visits", FA, on("planned_on", reason="nobody_home")),
    _new("cooperation-agreements", FA, on("agreed_on", **COOPERATION), A.RECORD_VISIT),
    Command(
        *("revision", FA, "diagnosis", f"{DIAGNOSIS}/revisions"),
        lambda p: diagnosis_said(p.made, made_on=p.day()) | {"reason": "Nowe ustalenia."},
        (A.REVISE_DIAGNOSIS,),
    ),
    Command("change plan", FA, "draft_plan", PLAN, bodies.resources, (), PLAN, "PATCH"),
    _part("draft_plan", PLAN, "external-agreement", FA, on("agreed_on", **_AGREED)),
    _part("draft_plan", PLAN, "abandonment", FA),
    _part("active_plan", PLAN, "goal-reviews", FA, on("reviewed_on", remarks="Postęp.")),
    _new("assessments", FA, lambda p: {"kind": "periodic", "period_to": p.day()}, A.ASSESS),
    _part("assessment", RATED, "discarding", FA, bodies.nothing, A.ASSESS),
    _part("assessment", RATED, "receipt", MG),
    _new("placements", FA, bodies.placement, A.PLACE_CHILD),
    _case("suspension", on("starts_on", reason="hospital"), A.SUSPEND),
    _case("resumption", on("resumed_on", note="Powrót."), A.RESUME),
    _part("motion", MOTION, "refusal", MG, _constant(reason="Praca trwa.")),
    _part("motion", MOTION, "withdrawal", FA),
    _case("closure", lambda p: bodies.closure(p) | {"monitoring": False}, A.CLOSE),
    _case("monitoring", _constant(assistant_id=str(FA.id)), A.START_MONITORING),
    _case("archive", on("archived_on", retention_category="B-10"), A.ARCHIVE),
    _new("signals", SW, bodies.another_signal, A.ADD_SIGNAL),
    Command("relapse", SW, "case", "/signals", bodies.signal, (A.OPEN_RELAPSE,)),
)
COMMANDS = (*ROAD, *ASIDE)
