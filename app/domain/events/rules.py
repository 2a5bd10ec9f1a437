"""The kinds of event that the procedure knows, and those of the office."""

from app.domain.terms import Term


class EventType(Term):
    """What happened; the name is the event's type in the feed and the label in the timeline."""

    FAMILY_RECORDED = "family_recorded", "założono kartę rodziny", "family recorded"
    FAMILY_CHANGED = "family_changed", "zmieniono dane rodziny", "family changed"
    MEMBER_ADDED = "member_added", "dopisano członka rodziny", "member added"
    MEMBER_CHANGED = "member_changed", "zmieniono dane członka rodziny", "member changed"
    MEMBER_DEPARTED = "member_departed", "odnotowano odejście z rodziny", "member departed"
    SOCIAL_WORKER_CHANGED = (
        "social_worker_changed",
        "zmieniono pracownika socjalnego",
        "social worker changed",
    )
    SIGNAL_RECEIVED = "signal_received", "przyjęto zgłoszenie", "signal received"
    SIGNAL_CHECKED = "signal_checked", "sprawdzono zgłoszenie", "signal checked"
    INTERVIEW_STARTED = "interview_started", "rozpoczęto wywiad", "interview started"
    INTERVIEW_AMENDED = "interview_amended", "uzupełniono wywiad", "interview amended"
    INTERVIEW_COMPLETED = "interview_completed", "zakończono wywiad", "interview completed"
    INTERVIEW_UPDATED = "interview_updated", "zaktualizowano wywiad", "interview updated"
    NO_NEED_FOUND = "no_need_found", "stwierdzono brak potrzeby", "no need found"
    OFFER_PRESENTED = "offer_presented", "przedstawiono ofertę", "offer presented"
    CONSENT_GIVEN = "consent_given", "rodzina wyraziła zgodę", "consent given"
    CONSENT_REFUSED = "consent_refused", "rodzina odmówiła zgody", "consent refused"
    CONSENT_WITHDRAWN = "consent_withdrawn", "rodzina cofnęła zgodę", "consent withdrawn"
    CONSENT_RENEWED = "consent_renewed", "rodzina ponowiła zgodę", "consent renewed"
    RISK_ANSWERED = "risk_answered", "podjęto działania wobec zagrożenia", "risk answered"
    APPLICATION_DRAFTED = "application_drafted", "przygotowano wniosek", "application drafted"
    APPLICATION_CHANGED = "application_changed", "zmieniono wniosek", "application changed"
    APPLICATION_SUBMITTED = "application_submitted", "złożono wniosek", "application submitted"
    ANALYSIS_BEGUN = "analysis_begun", "rozpoczęto analizę wniosku", "analysis begun"
    APPLICATION_RETURNED = "application_returned", "zwrócono wniosek", "application returned"
    APPLICATION_REFUSED = "application_refused", "odmówiono", "application refused"
    APPLICATION_REDIRECTED = "application_redirected", "przekazano wniosek", "redirected"
    ASSISTANT_ASSIGNED = "assistant_assigned", "przydzielono asystenta", "assistant assigned"
    ASSISTANT_CHANGED = "assistant_changed", "zmieniono asystenta", "assistant changed"
    SUBSTITUTION_SET = "substitution_set", "ustalono zastępstwo", "substitution set"
    SUBSTITUTION_ENDED = "substitution_ended", "zakończono zastępstwo", "substitution ended"
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
    PLAN_CHANGED = "plan_changed", "zmieniono projekt planu", "draft of the plan changed"
    PLAN_CONSULTED = "plan_consulted", "skonsultowano plan", "plan consulted"
    PLAN_AGREED = "plan_agreed", "uzgodniono plan z koordynatorem", "plan agreed"
    PLAN_ACTIVATED = "plan_activated", "przyjęto plan do realizacji", "plan activated"
    PLAN_REVISED = "plan_revised", "zmieniono plan", "plan revised"
    PLAN_ABANDONED = "plan_abandoned", "porzucono projekt planu", "draft of the plan abandoned"
    PLAN_ACTION_DONE = "plan_action_done", "wykonano działanie z planu", "action of the plan done"
    GOALS_REVIEWED = "goals_reviewed", "przejrzano cele planu", "goals reviewed"
    ASSESSMENT_DRAFTED = "assessment_drafted", "rozpoczęto ocenę", "assessment drafted"
    ASSESSMENT_CHANGED = "assessment_changed", "zmieniono projekt oceny", "assessment changed"
    ASSESSMENT_DISCARDED = "assessment_discarded", "odrzucono projekt oceny", "assessment discarded"
    ASSESSMENT_SIGNED = "assessment_signed", "podpisano ocenę", "assessment signed"
    SIGNATURE_WITHDRAWN = "signature_withdrawn", "cofnięto podpis oceny", "signature withdrawn"
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
    MONITORING_PASSED_ON = "monitoring_passed_on", "przekazano monitoring", "monitoring passed on"
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


class OfficeEventType(Term):
    """What happened in the office, to its people or its machines; no family's matter."""

    SETTINGS_CHANGED = "settings_changed", "zmieniono ustawienia", "settings changed"
    DISTRICT_CREATED = "district_created", "utworzono rejon", "district created"
    DISTRICT_CHANGED = "district_changed", "zmieniono rejon", "district changed"
    DISTRICT_GIVEN = "district_given", "powierzono rejon", "district given to a worker"
    DISTRICT_TAKEN = "district_taken", "zakończono obsługę rejonu", "service of a district ended"
    FOSTER_FAMILY_REGISTERED = (
        "foster_family_registered",
        "wpisano rodzinę zastępczą",
        "foster family registered",
    )
    COORDINATOR_APPOINTED = (
        "coordinator_appointed",
        "wyznaczono koordynatora",
        "coordinator appointed",
    )
    COORDINATION_ENDED = "coordination_ended", "zakończono koordynację", "coordination ended"
    STAFF_CREATED = "staff_created", "przyjęto pracownika", "worker taken on"
    STAFF_CHANGED = "staff_changed", "zmieniono dane pracownika", "worker changed"
    QUALIFICATIONS_SET = "qualifications_set", "wpisano kwalifikacje", "qualifications set"
    DECLARATIONS_SET = "declarations_set", "wpisano oświadczenia", "declarations set"
    REGISTER_CHECKED = "register_checked", "sprawdzono w rejestrze", "register checked"
    TRAINING_RECORDED = "training_recorded", "wpisano szkolenie", "training recorded"
    DATA_ACCESS_GIVEN = "data_access_given", "upoważniono do danych", "data authorisation given"
    DATA_ACCESS_ENDED = "data_access_ended", "odwołano upoważnienie", "data authorisation ended"
    STAFF_ACTIVATED = "staff_activated", "dopuszczono do pracy", "admitted to work"
    STAFF_SUSPENDED = "staff_suspended", "zawieszono pracownika", "worker suspended"
    STAFF_REINSTATED = "staff_reinstated", "przywrócono do pracy", "worker reinstated"
    STAFF_ENDED = "staff_ended", "zakończono pracę", "work ended"
    ACCOUNT_DEACTIVATED = "account_deactivated", "zablokowano konto", "account deactivated"
    ACCOUNT_REACTIVATED = "account_reactivated", "odblokowano konto", "account reactivated"
    SESSIONS_ENDED = "sessions_ended", "zakończono sesje", "sessions ended"
    PASSWORD_CHANGED = "password_changed", "zmieniono hasło", "password changed"
    PASSWORD_RESET = "password_reset", "odebrano hasło", "password taken away"
    SECOND_FACTOR_SET = "second_factor_set", "dodano drugi składnik", "second factor set"
    SECOND_FACTOR_REMOVED = (
        "second_factor_removed",
        "usunięto drugi składnik",
        "second factor removed",
    )
    IDENTITY_LINKED = "identity_linked", "powiązano tożsamość", "identity linked"
    IDENTITY_UNLINKED = "identity_unlinked", "odłączono tożsamość", "identity unlinked"
    CLIENT_REGISTERED = "client_registered", "zarejestrowano klienta API", "machine registered"
    CLIENT_DISABLED = "client_disabled", "wyłączono klienta API", "machine disabled"
    CLIENT_SECRET_ISSUED = "client_secret_issued", "wydano sekret", "machine's secret issued"
    CLIENT_SECRET_REVOKED = "client_secret_revoked", "unieważniono sekret", "secret revoked"
    WEBHOOK_REGISTERED = "webhook_registered", "zarejestrowano adres powiadomień", "webhook added"
    WEBHOOK_SECRET_ISSUED = (
        "webhook_secret_issued",
        "wydano sekret adresu powiadomień",
        "webhook's secret issued",
    )
    WEBHOOK_DISABLED = "webhook_disabled", "wyłączono adres powiadomień", "webhook disabled"
    WEBHOOK_PINGED = "webhook_pinged", "wysłano próbę powiadomienia", "webhook tried"
    WEBHOOK_REPLAYED = "webhook_replayed", "ponowiono powiadomienia", "webhook's messages repeated"
    COVER_SET = "cover_set", "ustalono zastępstwo nieobecnego", "cover set"
    COVER_ENDED = "cover_ended", "zakończono zastępstwo nieobecnego", "cover ended early"
    DATA_NOTICE_PUBLISHED = (
        "data_notice_published",
        "ogłoszono klauzulę informacyjną",
        "data notice published",
    )
    RIGHTS_REQUEST_RECEIVED = (
        "rights_request_received",
        "przyjęto wniosek o prawa osoby",
        "request of a person received",
    )
    RIGHTS_REQUEST_EXTENDED = (
        "rights_request_extended",
        "przedłużono termin wniosku",
        "time for a request extended",
    )
    RIGHTS_REQUEST_GRANTED = (
        "rights_request_granted",
        "spełniono wniosek osoby",
        "request of a person granted",
    )
    RIGHTS_REQUEST_REFUSED = (
        "rights_request_refused",
        "odmówiono wnioskowi osoby",
        "request of a person refused",
    )
    DESTRUCTION_PROPOSED = "destruction_proposed", "sporządzono spis", "destruction proposed"
    DESTRUCTION_APPROVED = "destruction_approved", "zatwierdzono spis", "destruction approved"
    DESTRUCTION_WITHDRAWN = "destruction_withdrawn", "wycofano spis", "destruction withdrawn"
    DESTRUCTION_CARRIED_ON = (
        "destruction_carried_on",
        "zniszczono akta ze spisu",
        "files of a list destroyed",
    )
    ACCESS_SIGN_NOTED = "access_sign_noted", "odnotowano nietypowy dostęp", "unusual access noted"
    ACCESS_SIGN_REVIEWED = (
        "access_sign_reviewed",
        "sprawdzono nietypowy dostęp",
        "unusual access reviewed",
    )


# By these somebody else might sign in to an account: its person and the manager are told (S4.1).
OPENS_ACCOUNTS = frozenset({OfficeEventType.PASSWORD_RESET, OfficeEventType.SECOND_FACTOR_REMOVED})
