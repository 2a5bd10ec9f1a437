"""Somebody asks for their data, or for their erasure; how long a file is kept, and its end."""

from tests.stories.main_way import through

STORIES: dict[str, tuple[str, ...]] = {
    "access_to_data": (
        *(*through("record_visit"), "receive_rights_request", "list_rights_requests"),
        *("show_rights_request", "show_worklist--with_request"),
        *("show_person_package", "show_person_paper"),
        *("extend_rights_request", "hand_over_package"),
    ),
    "access_refused": (
        *through("record_visit"),
        *("receive_rights_request", "refuse_rights_request"),
    ),
    "erasure_refused": (
        *(*through("present_offer"), "record_consent_refusal", "archive_case"),
        *("receive_rights_request--too_early", "refuse_rights_request--archiving"),
    ),
    "unusual_access": (
        *("list_access_signs", "show_access_sign", "show_worklist--with_access_sign"),
        "review_access_sign",
    ),
    "data_notice": (
        *("publish_data_notice", "list_data_notices", "show_data_notice"),
        *(*through("receive_signal"), "hand_data_notice"),
        *("show_notice_handing", "list_notice_handings"),
    ),
    "destruction_list": (
        *(*through("present_offer"), "record_consent_refusal", "archive_case"),
        *("propose_destruction_list", "list_destruction_files", "list_destruction_lists"),
        *("show_destruction_list", "approve_destruction_list", "carry_out_destruction_list"),
        "show_destruction_record",
    ),
    "withdrawn_destruction_list": (
        *(*through("present_offer"), "record_consent_refusal", "archive_case"),
        *("propose_destruction_list", "withdraw_destruction_list"),
    ),
    "end_of_a_file": (
        *(*through("present_offer"), "record_consent_refusal", "archive_case"),
        *("set_legal_hold", "list_family_legal_holds", "list_legal_holds", "show_legal_hold"),
        *("receive_rights_request--erasure", "lift_legal_hold", "grant_erasure"),
        *("list_erased_files", "show_erased_file"),
    ),
}
