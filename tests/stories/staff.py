"""Stories of the centre's people: how they are taken on, kept in order, suspended, and leave."""

STORIES: dict[str, tuple[str, ...]] = {
    "linked_identity": ("link_identity", "list_identities", "show_identity", "unlink_identity"),
    "hiring": (
        *("create_staff", "list_staff", "set_qualifications", "set_declarations"),
        *("record_register_check", "record_register_check--commission"),
        *("authorise_staff--new_assistant", "show_staff", "activate_staff", "change_staff"),
    ),
    "register_checks": (
        *("create_staff", "record_register_check", "record_register_check--commission"),
        *("list_register_checks", "show_register_check"),
    ),
    "data_authorisations": (
        *("authorise_staff", "list_data_authorisations", "end_data_authorisation"),
        "show_data_authorisation",
    ),
    "trainings": ("show_staff--own", "record_training", "list_trainings", "show_training"),
    "staff_suspension": (
        *("suspend_staff", "reinstate_staff", "record_register_check--found"),
        "list_staff_suspensions",
    ),
    "blocked_account": ("deactivate_staff", "reactivate_staff"),
    "end_of_work": ("end_staff",),
}
