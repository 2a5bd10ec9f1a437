"""The regular way of a case as a table: from signal to archive, who moves it, on what basis."""

from app.domain.actor import Role
from app.domain.centres.rules import B10, E6
from app.domain.directory.rules import B12
from app.domain.errors import Conflict
from app.domain.law import FAMILY_SUPPORT, PRACTICE, Certainty, Rule, Standing
from app.domain.terms import Term
from app.domain.workflow import Workflow, step

SW, FA, MG = Role.SOCIAL_WORKER, Role.ASSISTANT, Role.MANAGER
FC = Role.FOSTER_CARE_COORDINATOR


class CaseState(Term):
    """Where a case stands."""

    SIGNAL_RECEIVED = "signal_received", "przyjęto zgłoszenie", "signal received"
    INTERVIEW_IN_PROGRESS = "interview_in_progress", "wywiad środowiskowy", "interview in progress"
    DIAGNOSED = "diagnosed", "zdiagnozowano sytuację", "diagnosed"
    NO_NEED = "no_need", "brak potrzeby", "no need"
    OFFER_PRESENTED = "offer_presented", "przedstawiono ofertę", "offer presented"
    CONSENT_GIVEN = "consent_given", "wyrażono zgodę", "consent given"
    CONSENT_REFUSED = "consent_refused", "odmowa zgody", "consent refused"
    APPLICATION_SUBMITTED = "application_submitted", "złożono wniosek", "application submitted"
    UNDER_ANALYSIS = "under_analysis", "analiza wniosku", "under analysis"
    RETURNED = "returned", "zwrot do uzupełnienia", "returned for completion"
    REFUSED = "refused", "odmowa", "refused"
    REDIRECTED = "redirected", "przekazano innemu podmiotowi", "redirected"
    ASSIGNED = "assigned", "przydzielono asystenta", "assigned"
    FIRST_VISIT_DONE = "first_visit_done", "odbyto pierwszą wizytę", "first visit done"
    DIAGNOSIS_DONE = "diagnosis_done", "diagnoza asystenta", "diagnosed by the assistant"
    PLAN_DRAFT = "plan_draft", "projekt planu pracy", "plan in draft"
    IN_PROGRESS = "in_progress", "realizacja planu", "in progress"
    SUSPENDED = "suspended", "zawieszono współpracę", "suspended"
    CLOSED = "closed", "zakończono", "closed"
    MONITORING = "monitoring", "monitoring", "monitoring"
    ARCHIVED = "archived", "archiwum", "archived"


class CaseAction(Term):
    """What can be done with a case."""

    START_INTERVIEW = "start_interview", "rozpocznij wywiad", "start the interview"
    COMPLETE_INTERVIEW = "complete_interview", "zakończ wywiad i diagnozę", "complete the interview"
    FIND_NO_NEED = "find_no_need", "stwierdź brak potrzeby", "find no need"
    PRESENT_OFFER = "present_offer", "przedstaw ofertę", "present the offer"
    RECORD_CONSENT = "record_consent", "zapisz zgodę", "record consent"
    RECORD_REFUSAL = "record_refusal", "zapisz odmowę zgody", "record the refusal of consent"
    SUBMIT_APPLICATION = "submit_application", "złóż wniosek", "submit the application"
    BEGIN_ANALYSIS = "begin_analysis", "rozpocznij analizę", "begin the analysis"
    RETURN_APPLICATION = "return_application", "zwróć wniosek", "return the application"
    REFUSE_APPLICATION = "refuse_application", "odmów", "refuse the application"
    REDIRECT_APPLICATION = "redirect_application", "przekaż wniosek", "redirect the application"
    ASSIGN = "assign", "przydziel asystenta", "assign an assistant"
    TRANSFER = "transfer", "zmień asystenta", "transfer to another assistant"
    SUBSTITUTE = "substitute", "ustal zastępstwo", "set a substitution"
    RECORD_FIRST_VISIT = "record_first_visit", "zapisz pierwszą wizytę", "record the first visit"
    CONFIRM_FIRST_VISIT = (
        "confirm_first_visit",
        "potwierdź pierwszą wizytę",
        "confirm the first visit",
    )
    DIAGNOSE = "diagnose", "sporządź diagnozę", "make the diagnosis"
    REVISE_DIAGNOSIS = "revise_diagnosis", "zaktualizuj diagnozę", "revise the diagnosis"
    DRAFT_PLAN = "draft_plan", "przygotuj projekt planu", "draft the plan"
    ACTIVATE_PLAN = "activate_plan", "przyjmij plan do realizacji", "activate the plan"
    REVISE_PLAN = "revise_plan", "zmień plan", "revise the plan"
    RECORD_VISIT = "record_visit", "zapisz wizytę", "record a visit"
    ASSESS = "assess", "sporządź ocenę sytuacji", "make an assessment"
    PLACE_CHILD = "place_child", "zapisz umieszczenie dziecka", "record a child's placement"
    WITHDRAW_CONSENT = "withdraw_consent", "zapisz cofnięcie zgody", "record withdrawal of consent"
    SUSPEND = "suspend", "zawieś współpracę", "suspend the cooperation"
    RESUME = "resume", "wznów współpracę", "resume the cooperation"
    PROPOSE_CLOSURE = "propose_closure", "złóż wniosek o zakończenie", "propose closure"
    CLOSE = "close", "zakończ współpracę", "close the case"
    START_MONITORING = "start_monitoring", "rozpocznij monitoring", "start monitoring"
    CHECK = "check", "zapisz sprawdzenie w monitoringu", "record a monitoring check"
    TRANSFER_MONITORING = "transfer_monitoring", "przekaż monitoring", "pass the monitoring on"
    END_MONITORING = "end_monitoring", "zakończ monitoring", "end monitoring"
    ARCHIVE = "archive", "przekaż do archiwum", "archive"
    OPEN_RELAPSE = "open_relapse", "ponowne zgłoszenie", "open again as a new signal"
    ADD_SIGNAL = "add_signal", "dopisz kolejne zgłoszenie", "add another signal"
    HAND_OVER = (
        "hand_over",
        "przekaż sprawę innemu pracownikowi socjalnemu",
        "hand over to another social worker",
    )


class CaseBasis(Term):
    """On what basis the work with the family stands."""

    CONSENT = "consent", "zgoda rodziny", "the family's consent"


class HandoverReason(Term):
    """Why a case passed to another social worker."""

    FAMILY_MOVED = "family_moved", "rodzina zmieniła rejon", "the family moved to another district"
    DISTRICT_PASSED_ON = "district_passed_on", "zmiana obsługi rejonu", "district passed on"
    WORKER_LEAVES = "worker_leaves", "odejście pracownika", "the worker leaves"
    WORKER_ABSENT = "worker_absent", "dłuższa nieobecność", "longer absence"
    WORKLOAD = "workload", "obciążenie pracą", "workload"
    CONFLICT_OF_INTEREST = "conflict_of_interest", "konflikt interesów", "conflict of interest"
    FAMILY_ASKS = "family_asks", "prośba rodziny", "the family asks for it"
    OTHER = "other", "inny powód", "another reason"


B1 = Rule(
    "B1",
    FAMILY_SUPPORT.art(11, 1),
    "Gdy ośrodek poweźmie informację o rodzinie w trudności, pracownik socjalny przeprowadza"
    " wywiad środowiskowy.",
    "When the centre learns of a family in difficulty, a social worker makes the interview.",
)
B4 = Rule(
    "B4",
    FAMILY_SUPPORT.art(11, 2),
    "Po wywiadzie pracownik socjalny analizuje sytuację rodziny.",
    "After the interview the social worker analyses the family's situation.",
)
A1 = Rule(
    "A1",
    FAMILY_SUPPORT.art(8, 3),
    "Wspieranie rodziny odbywa się za jej zgodą i aktywnym udziałem.",
    "Support is run with the family's consent and active participation.",
)
B5 = Rule(
    "B5",
    FAMILY_SUPPORT.art(11, 3),
    "Gdy analiza wykaże potrzebę, pracownik socjalny wnioskuje do kierownika o przydzielenie"
    " asystenta.",
    "If the analysis shows need, the social worker applies to the manager for an assistant.",
)
B6 = Rule(
    "B6",
    FAMILY_SUPPORT.art(11, 4),
    "Kierownik przydziela asystenta albo zwraca się do innej jednostki gminy lub podmiotu.",
    "The manager assigns an assistant, or asks another unit of the gmina or a commissioned entity.",
)
B7 = Rule(
    "B7",
    FAMILY_SUPPORT.art(11, "1a"),
    "Małoletniemu rodzicowi opuszczającemu ośrodek lub zakład kierownik przydziela asystenta po"
    " wywiadzie, bez analizy potrzeby.",
    "A minor parent who leaves an institution gets an assistant after the interview, without the"
    " analysis of need.",
    standing=Standing.NOT_APPLICABLE,
    reason="The regular way of §2.1 only; the track of minor parents is a way of its own.",
)
B8 = Rule(
    "B8",
    PRACTICE.whole(),
    "Kierownik może zwrócić wniosek do uzupełnienia albo odmówić, podając powód.",
    "The manager may return the application for completion or refuse it, with a reason.",
    sure=Certainty.INTERPRETATION,
)
WORK = Rule(
    "1.D",
    FAMILY_SUPPORT.art(15, 1),
    "Zadania asystenta rodziny (art. 15 ust. 1).",
    "Tasks of the family assistant (art. 15(1)).",
)
E2 = Rule(
    "E2",
    FAMILY_SUPPORT.art(15, 1, 1),
    "Plan powstaje z rodziną i w konsultacji z pracownikiem socjalnym.",
    "The plan is made with the family and in consultation with the social worker.",
)
E13 = Rule(
    "E13",
    PRACTICE.whole(),
    "Zakończenie ma powód i ocenę końcową.",
    "Closure has a reason and a final assessment.",
    sure=Certainty.LOCAL,
)
E14 = Rule(
    "E14",
    FAMILY_SUPPORT.art(15, 1, 16),
    "Po zakończeniu pracy asystent monitoruje funkcjonowanie rodziny.",
    "After the work ends the assistant monitors the family.",
)

A5 = Rule(
    "A5",
    FAMILY_SUPPORT.art(10, 4),
    "Praca z rodziną trwa także wtedy, gdy dziecko czasowo przebywa poza rodziną.",
    "Work with the family goes on also while a child is temporarily outside it.",
)
TRANSFERS = Rule(
    "2.5",
    PRACTICE.whole(),
    "Zmiana asystenta i zastępstwo: decyduje kierownik, termin oceny się nie przesuwa.",
    "Transfer and substitution: the manager decides, the assessment clock does not reset.",
    sure=Certainty.INTERPRETATION,
)
WITHDRAWAL = Rule(
    "2.4",
    FAMILY_SUPPORT.art(8, 3),
    "Rodzina może cofnąć zgodę w każdej chwili; wizyty i zmiany planu ustają, sprawa zmierza"
    " do zakończenia.",
    "The family may withdraw consent at any time; visits and plan changes stop, work is closed.",
    sure=Certainty.INTERPRETATION,
)

S, A = CaseState, CaseAction
WORKING = frozenset({S.ASSIGNED, S.FIRST_VISIT_DONE, S.DIAGNOSIS_DONE, S.PLAN_DRAFT, S.IN_PROGRESS})
ASSISTED = WORKING | {S.SUSPENDED}
BEFORE_ASSIGNMENT = frozenset(
    {S.CONSENT_GIVEN, S.APPLICATION_SUBMITTED, S.UNDER_ANALYSIS, S.RETURNED}
)
WITHOUT_WORK = frozenset({S.NO_NEED, S.REFUSED, S.REDIRECTED})  # ended before an assistant came
ENDED = WITHOUT_WORK | {S.ARCHIVED}
LIVE = frozenset(S) - ENDED

WORKFLOW: Workflow[CaseState, CaseAction] = Workflow(
    (
        step(A.START_INTERVIEW, S.SIGNAL_RECEIVED, S.INTERVIEW_IN_PROGRESS, SW, B1),
        step(A.COMPLETE_INTERVIEW, S.INTERVIEW_IN_PROGRESS, S.DIAGNOSED, SW, B4),
        step(A.FIND_NO_NEED, S.DIAGNOSED, S.NO_NEED, SW, B4),
        step(A.PRESENT_OFFER, {S.DIAGNOSED, S.CONSENT_REFUSED}, S.OFFER_PRESENTED, SW, A1),
        step(A.RECORD_CONSENT, S.OFFER_PRESENTED, S.CONSENT_GIVEN, SW, A1),
        step(A.RECORD_CONSENT, BEFORE_ASSIGNMENT | ASSISTED, None, SW, A1),
        step(A.RECORD_REFUSAL, S.OFFER_PRESENTED, S.CONSENT_REFUSED, SW, A1),
        step(A.SUBMIT_APPLICATION, {S.CONSENT_GIVEN, S.RETURNED}, S.APPLICATION_SUBMITTED, SW, B5),
        step(A.BEGIN_ANALYSIS, S.APPLICATION_SUBMITTED, S.UNDER_ANALYSIS, MG, B6),
        step(A.RETURN_APPLICATION, S.UNDER_ANALYSIS, S.RETURNED, MG, B8),
        step(A.REFUSE_APPLICATION, S.UNDER_ANALYSIS, S.REFUSED, MG, B8),
        step(A.REDIRECT_APPLICATION, S.UNDER_ANALYSIS, S.REDIRECTED, MG, B6),
        step(A.ASSIGN, S.UNDER_ANALYSIS, S.ASSIGNED, MG, B6),
        step(A.TRANSFER, ASSISTED, None, MG, TRANSFERS),
        step(A.SUBSTITUTE, ASSISTED, None, MG, TRANSFERS),
        step(A.RECORD_FIRST_VISIT, S.ASSIGNED, None, FA, B10),
        step(A.CONFIRM_FIRST_VISIT, S.ASSIGNED, S.FIRST_VISIT_DONE, SW, B10),
        step(A.DIAGNOSE, S.FIRST_VISIT_DONE, S.DIAGNOSIS_DONE, FA, WORK),
        step(A.REVISE_DIAGNOSIS, {S.DIAGNOSIS_DONE, S.PLAN_DRAFT, S.IN_PROGRESS}, None, FA, WORK),
        step(A.DRAFT_PLAN, S.DIAGNOSIS_DONE, S.PLAN_DRAFT, FA, E2),
        step(A.ACTIVATE_PLAN, S.PLAN_DRAFT, S.IN_PROGRESS, FA, E2),
        step(A.REVISE_PLAN, S.IN_PROGRESS, None, FA, E2),
        step(A.RECORD_VISIT, WORKING - {S.ASSIGNED}, None, FA, WORK),
        step(A.ASSESS, ASSISTED, None, FA, E6),
        step(A.PLACE_CHILD, ASSISTED, None, {SW, FA, FC}, A5),
        step(A.WITHDRAW_CONSENT, BEFORE_ASSIGNMENT, S.CONSENT_REFUSED, {SW, FA}, WITHDRAWAL),
        step(A.WITHDRAW_CONSENT, ASSISTED, None, {SW, FA}, WITHDRAWAL),
        step(A.SUSPEND, S.IN_PROGRESS, S.SUSPENDED, MG, E13),
        step(A.RESUME, S.SUSPENDED, S.IN_PROGRESS, MG, E13),
        step(A.PROPOSE_CLOSURE, ASSISTED, None, FA, E13),
        step(A.CLOSE, ASSISTED, S.CLOSED, MG, E13),
        step(A.START_MONITORING, S.CLOSED, S.MONITORING, MG, E14),
        step(A.CHECK, S.MONITORING, None, FA, E14),
        step(A.TRANSFER_MONITORING, S.MONITORING, None, MG, E14),
        step(A.END_MONITORING, S.MONITORING, S.ARCHIVED, MG, E14),
        step(A.ARCHIVE, {S.CLOSED, S.CONSENT_REFUSED}, S.ARCHIVED, MG, E13),
        step(A.OPEN_RELAPSE, {S.CLOSED, S.MONITORING}, S.ARCHIVED, SW, E14),
        step(A.ADD_SIGNAL, LIVE, None, {SW, MG}, B1),
        step(A.HAND_OVER, LIVE, None, MG, B12),
    )
)


class CaseOpenAlready(Conflict):
    """The family has a case that has not ended; add the signal to it."""

    pl = "Rodzina ma już niezakończoną sprawę; dopisz zgłoszenie do niej."


CONSTRAINTS = {"family_case_one_live": CaseOpenAlready}
