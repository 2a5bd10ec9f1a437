"""Where a family's road leaves the main way: other answers, other people, pauses and other ends."""

from tests.stories.main_way import through

STORIES: dict[str, tuple[str, ...]] = {
    "interview_in_parts": (*through("start_interview"), "amend_interview"),
    "interview_update": (*through("complete_interview"), "update_interview"),
    "consent_refusal": (
        *through("present_offer"),
        *("record_consent_refusal", "show_consent_refusal", "archive_case", "show_archived_case"),
    ),
    "consent_withdrawal": (*through("confirm_first_visit"), "withdraw_consent", "answer_risk"),
    "application_returned": (*through("begin_analysis"), "return_referral", "change_referral"),
    "application_refused": (*through("begin_analysis"), "refuse_referral"),
    "application_redirected": (*through("begin_analysis"), "redirect_referral"),
    "another_assistant": (
        *through("confirm_first_visit"),
        *("propose_motion--release", "grant_motion", "transfer_case"),
    ),
    "motion_withdrawn": (
        *through("confirm_first_visit"),
        *("propose_motion--release", "withdraw_motion"),
    ),
    "another_signal": (*through("activate_plan"), "add_signal", "check_signal"),
    "another_social_worker": (*through("confirm_first_visit"), "hand_over_case"),
    "substitution": (*through("confirm_first_visit"), "set_substitution", "end_substitution"),
    "absence_cover": (
        *(*through("confirm_first_visit"), "set_cover", "list_covers"),
        *("show_cover", "show_worklist--covering", "end_cover"),
    ),
    "emergency": (
        *(*through("confirm_first_visit"), "search_families--in_emergency"),
        *("open_file_in_emergency", "show_emergency_access", "end_emergency_access"),
        *("list_emergency_accesses", "review_emergency_access"),
    ),
    "new_cooperation_rules": (*through("confirm_first_visit"), "agree_cooperation_rules"),
    "failed_visits": (
        *through("confirm_first_visit"),
        *("record_failed_visit", "record_failed_visit--cancelled"),
        *("list_failed_visits", "show_failed_visit"),
    ),
    "diagnosis_revision": (*through("make_diagnosis"), "revise_diagnosis"),
    "changed_plan_draft": (*through("consult_plan"), "change_plan"),
    "plan_agreement": (
        *through("draft_plan"),
        *("record_placement--kinship_care", "record_plan_agreement"),
    ),
    "abandoned_plan_draft": (
        *through("activate_plan"),
        *("draft_plan--second_version", "abandon_plan"),
    ),
    "visit_correction": (*through("record_visit"), "correct_visit"),
    "motion_refused": (
        *through("activate_plan"),
        *("propose_motion--suspension", "refuse_motion"),
    ),
    "suspension": (
        *through("activate_plan"),
        *("propose_motion--suspension", "suspend_case", "resume_case"),
        *("suspend_case--family_away", "list_suspensions", "show_suspension"),
    ),
    "discarded_assessment": (
        *through("sign_assessment"),
        *("withdraw_assessment_signature", "discard_assessment"),
    ),
    "later_monitoring": (
        *through("propose_motion"),
        *("close_case--without_monitoring", "start_monitoring", "transfer_monitoring"),
    ),
}
