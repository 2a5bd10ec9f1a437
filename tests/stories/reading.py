"""Looking things up along the main way: each chapter reads what one screen shows."""

from tests.stories.main_way import through

STORIES: dict[str, tuple[str, ...]] = {
    "family_file": (
        *through("receive_signal"),
        *("change_family", "add_member", "change_member", "record_departure"),
        *("show_family", "show_member", "list_family_cases"),
    ),
    "two_signals": (
        *(*through("receive_signal"), "change_family"),
        *("search_families--same_surname", "record_family--same_surname"),
        "receive_signal--from_police",
        *("list_signals", "show_signal", "list_families", "list_cases"),
    ),
    "application_on_the_desk": (
        *through("submit_referral"),
        *("show_interview", "show_offer", "list_consents", "show_consent"),
        *("list_referrals", "show_referral"),
    ),
    "suspended_assistant": (
        *through("accept_referral"),
        *("suspend_staff--accused_assistant", "list_families_without_substitute"),
        *("list_assistants", "set_substitution--suspended_assistant"),
        *("list_assignments", "show_assignment"),
    ),
    "case_at_work": (
        *through("record_visit"),
        *("show_case", "list_timeline", "list_closure_blockers", "show_contacts"),
        *("list_deadlines", "show_worklist--of_assistant"),
    ),
    "documents_of_the_work": (
        *through("record_visit"),
        *("complete_plan_action", "review_goals"),
        *("list_diagnoses", "show_diagnosis"),
        *("list_cooperation_agreements", "show_cooperation_agreement"),
        *("list_plans", "show_plan", "list_visits", "show_visit"),
    ),
    "proposed_closure": (
        *through("propose_motion"),
        *("list_assessments", "show_assessment", "list_motions", "show_motion", "show_worklist"),
    ),
    "monitored_family": (
        *through("record_monitoring_check"),
        *("show_closure", "show_monitoring", "show_monitoring_check"),
    ),
    "watched_family": (
        *through("receive_signal"),
        *("show_family--by_manager", "list_family_audit"),
        *("search_families--own_name", "record_family--own_name", "list_unusual_access"),
    ),
}
