"""The kinds of event that the procedure knows."""

from app.domain.terms import Term


class EventType(Term):
    """What happened; the name is the event's type in the feed and the label in the timeline."""

    FAMILY_RECORDED = "family_recorded", "założono kartę rodziny", "family recorded"
    SIGNAL_RECEIVED = "signal_received", "przyjęto zgłoszenie", "signal received"
    INTERVIEW_STARTED = "interview_started", "rozpoczęto wywiad", "interview started"
    INTERVIEW_COMPLETED = "interview_completed", "zakończono wywiad", "interview completed"
    INTERVIEW_UPDATED = "interview_updated", "zaktualizowano wywiad", "interview updated"
    NO_NEED_FOUND = "no_need_found", "stwierdzono brak potrzeby", "no need found"
    OFFER_PRESENTED = "offer_presented", "przedstawiono ofertę", "offer presented"
    CONSENT_GIVEN = "consent_given", "rodzina wyraziła zgodę", "consent given"
    CONSENT_REFUSED = "consent_refused", "rodzina odmówiła zgody", "consent refused"
    CONSENT_WITHDRAWN = "consent_withdrawn", "rodzina cofnęła zgodę", "consent withdrawn"
    CONSENT_RENEWED = "consent_renewed", "rodzina ponowiła zgodę", "consent renewed"
    APPLICATION_SUBMITTED = "application_submitted", "złożono wniosek", "application submitted"
    ANALYSIS_BEGUN = "analysis_begun", "rozpoczęto analizę wniosku", "analysis begun"
    APPLICATION_RETURNED = "application_returned", "zwrócono wniosek", "application returned"
    APPLICATION_REFUSED = "application_refused", "odmówiono", "application refused"
    APPLICATION_REDIRECTED = "application_redirected", "przekazano wniosek", "redirected"
    ASSISTANT_ASSIGNED = "assistant_assigned", "przydzielono asystenta", "assistant assigned"
    ASSISTANT_CHANGED = "assistant_changed", "zmieniono asystenta", "assistant changed"
    SUBSTITUTION_SET = "substitution_set", "ustalono zastępstwo", "substitution set"
    FIRST_VISIT_HELD = "first_visit_held", "odbyto pierwszą wizytę", "first visit held"
    FIRST_VISIT_CONFIRMED = (
        "first_visit_confirmed",
        "potwierdzono pierwszą wizytę",
        "first visit confirmed",
    )
    RULES_AGREED = "rules_agreed", "ustalono zasady współpracy", "cooperation rules agreed"
    VISIT_RECORDED = "visit_recorded", "zapisano wizytę", "visit recorded"
    VISIT_FAILED = "visit_failed", "wizyta się nie odbyła", "visit failed"
    VISIT_CORRECTED = "visit_corrected", "sprostowano zapis wizyty", "visit corrected"
    DIAGNOSIS_MADE = "diagnosis_made", "sporządzono diagnozę", "diagnosis made"
    DIAGNOSIS_REVISED = "diagnosis_revised", "zaktualizowano diagnozę", "diagnosis revised"
    PLAN_DRAFTED = "plan_drafted", "przygotowano projekt planu", "plan drafted"
    PLAN_CONSULTED = "plan_consulted", "skonsultowano plan", "plan consulted"
    PLAN_AGREED = "plan_agreed", "uzgodniono plan z koordynatorem", "plan agreed"
    PLAN_ACTIVATED = "plan_activated", "przyjęto plan do realizacji", "plan activated"
    PLAN_REVISED = "plan_revised", "zmieniono plan", "plan revised"
    PLAN_ABANDONED = "plan_abandoned", "porzucono projekt planu", "draft of the plan abandoned"
    PLAN_ACTION_DONE = "plan_action_done", "wykonano działanie z planu", "action of the plan done"
    GOALS_REVIEWED = "goals_reviewed", "przejrzano cele planu", "goals reviewed"
    ASSESSMENT_DRAFTED = "assessment_drafted", "rozpoczęto ocenę", "assessment drafted"
    ASSESSMENT_SIGNED = "assessment_signed", "podpisano ocenę", "assessment signed"
    ASSESSMENT_HANDED_OVER = "assessment_handed_over", "przekazano ocenę", "handed over"
    ASSESSMENT_RECEIVED = "assessment_received", "przyjęto ocenę", "assessment received"
    CHILD_PLACED = "child_placed", "umieszczono dziecko w pieczy", "child placed in care"
    PLACEMENT_ENDED = "placement_ended", "zakończono pobyt w pieczy", "placement ended"
    COOPERATION_SUSPENDED = "cooperation_suspended", "zawieszono współpracę", "suspended"
    COOPERATION_RESUMED = "cooperation_resumed", "wznowiono współpracę", "resumed"
    SUSPENSION_PROPOSED = "suspension_proposed", "wniesiono o zawieszenie", "suspension proposed"
    RELEASE_PROPOSED = "release_proposed", "asystent prosi o zwolnienie", "release asked for"
    MOTION_GRANTED = "motion_granted", "uwzględniono wniosek asystenta", "motion granted"
    MOTION_REFUSED = "motion_refused", "nie uwzględniono wniosku asystenta", "motion refused"
    MOTION_WITHDRAWN = "motion_withdrawn", "wycofano wniosek", "motion withdrawn"
    CLOSURE_PROPOSED = "closure_proposed", "złożono wniosek o zakończenie", "closure proposed"
    CASE_CLOSED = "case_closed", "zakończono współpracę", "case closed"
    MONITORING_STARTED = "monitoring_started", "rozpoczęto monitoring", "monitoring started"
    MONITORING_CHECKED = "monitoring_checked", "sprawdzono sytuację rodziny", "checked"
    MONITORING_ENDED = "monitoring_ended", "zakończono monitoring", "monitoring ended"
    CASE_ARCHIVED = "case_archived", "przekazano do archiwum", "case archived"
    EMERGENCY_OPENED = "emergency_opened", "otwarto akta w sytuacji nagłej", "emergency access"
    EMERGENCY_ENDED = "emergency_ended", "zamknięto dostęp w sytuacji nagłej", "emergency ended"
    EMERGENCY_REVIEWED = (
        "emergency_reviewed",
        "sprawdzono dostęp w sytuacji nagłej",
        "emergency access reviewed",
    )
    LEGAL_HOLD_SET = "legal_hold_set", "wstrzymano niszczenie akt", "legal hold set"
    LEGAL_HOLD_LIFTED = (
        "legal_hold_lifted",
        "zniesiono wstrzymanie niszczenia akt",
        "legal hold lifted",
    )
    NOTICE_HANDED = "notice_handed", "przekazano klauzulę informacyjną", "data notice handed over"
    FILE_ERASED = "file_erased", "zanonimizowano akta", "file anonymised"
    ACCESS_SIGN_NOTED = (
        "access_sign_noted",
        "odnotowano nietypowy dostęp",
        "unusual access noted",
    )
    ACCESS_SIGN_REVIEWED = (
        "access_sign_reviewed",
        "sprawdzono nietypowy dostęp",
        "unusual access reviewed",
    )
