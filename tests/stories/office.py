"""The office itself: who is signed in, the centre, its districts, what explains the rest."""

STORIES: dict[str, tuple[str, ...]] = {
    "session": (
        *("create_staff--with_password", "authorise_staff--with_password"),
        "activate_staff--with_password",
        *("sign_in", "refresh_session", "show_me", "sign_out"),
    ),
    "open_sessions": ("list_my_sessions", "end_my_session"),
    "all_my_sessions": ("end_my_sessions",),
    "sessions_of_others": ("list_staff_sessions", "end_staff_session", "end_staff_sessions"),
    "passwords": ("change_password", "reset_password", "finish_password_reset"),
    "second_factor": (
        *("begin_second_factor", "confirm_second_factor", "show_second_factor"),
        "remove_second_factor",
    ),
    "lost_phone": ("begin_second_factor", "confirm_second_factor", "remove_staff_second_factor"),
    "settings_of_the_centre": (
        *("show_centre", "change_settings--contacts", "change_settings"),
        *("list_settings", "show_settings"),
    ),
    "new_district": (
        *("create_district", "appoint_district_worker", "appoint_district_worker--second"),
        *("list_district_workers", "show_district_worker", "change_district"),
        *("show_district", "list_districts", "end_district_worker"),
    ),
    "machine_client": (
        *("register_client", "issue_client_secret", "issue_client_secret--next"),
        *("revoke_client_secret", "show_client", "list_clients", "disable_client"),
    ),
    "webhook": (
        *("register_client--with_webhook", "register_webhook", "issue_webhook_secret"),
        *("ping_webhook", "show_webhook_delivery", "list_webhook_deliveries", "replay_webhook"),
        *("show_webhook", "list_webhooks", "disable_webhook"),
    ),
    "reference": ("list_rules", "list_dictionaries"),
    "health": ("live", "ready"),
}
