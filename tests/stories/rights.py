"""Somebody asks for their data: they are put together, the month extended, the copy given."""

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
}
