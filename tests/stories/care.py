"""Stories of children in care: foster families, their coordinators, placements, the agreed plan."""

from tests.stories.main_way import through

STORIES: dict[str, tuple[str, ...]] = {
    "foster_families": (
        *("register_foster_family", "register_foster_family--childrens_home"),
        *("appoint_coordinator", "list_foster_families", "list_coordinators"),
    ),
    "coordination": (
        *("register_foster_family", "appoint_coordinator", "appoint_coordinator--successor"),
        *("list_coordinations", "show_coordination", "end_coordination"),
    ),
    "child_in_care": (
        *through("draft_plan"),
        *("register_foster_family", "appoint_coordinator"),
        *("record_placement", "record_placement--sibling", "show_foster_family", "agree_plan"),
        *("list_placements", "show_placement", "end_placement"),
    ),
    "child_in_institution": (
        *through("draft_plan"),
        *("record_placement--institution", "record_plan_agreement--educator"),
    ),
}
