"""A family's road from signal to the end of monitoring; every other story leaves it somewhere."""

MAIN_WAY = (
    *("search_families", "record_family", "receive_signal"),
    *("start_interview", "complete_interview", "present_offer", "record_consent"),
    *("draft_referral", "submit_referral", "begin_analysis", "accept_referral"),
    *("record_first_visit", "confirm_first_visit", "make_diagnosis"),
    *("draft_plan", "consult_plan", "activate_plan"),
    *("record_visit", "complete_plan_action", "review_goals"),
    *("draft_assessment", "edit_assessment", "sign_assessment"),
    *("hand_over_assessment", "receive_assessment"),
    *("propose_motion", "close_case", "record_monitoring_check", "end_monitoring"),
)


def through(last: str) -> tuple[str, ...]:
    """Return the main way up to an example, with it."""
    return MAIN_WAY[: MAIN_WAY.index(last) + 1]
