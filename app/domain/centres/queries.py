"""How settings are found."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.db.views import Key, Many, One, View
from app.domain.act import Act
from app.domain.centres.tables import CentreSettings


async def settings_on(act: Act, day: date) -> CentreSettings:
    """Return the settings in force on a day; before the first row, the rule book's defaults."""
    query = (
        select(CentreSettings)
        .where(col(CentreSettings.valid_from) <= day)
        .order_by(col(CentreSettings.valid_from).desc())
        .limit(1)
    )
    found = (await act.session.execute(query)).scalar_one_or_none()
    return found or CentreSettings(valid_from=day)


def settings_in(day: str, *names: str) -> str:
    """Write some settings of a day as the join `s` of a view, with one row in any case.

    They are what `settings_on` returns: before the first row, the rule book's defaults.
    """
    defaults = {name: _literal(CentreSettings.model_fields[name].default) for name in names}
    return (
        "CROSS JOIN LATERAL (SELECT"
        f" {', '.join(f'coalesce(t.{n}, {value}) AS {n}' for n, value in defaults.items())}"
        " FROM (SELECT) one LEFT JOIN LATERAL (SELECT * FROM centre_settings x"
        f" WHERE x.centre_id = app.centre() AND x.valid_from <= {day}"
        " ORDER BY x.valid_from DESC LIMIT 1) t ON true) s"
    )


def _literal(value: Any) -> str:
    """Write a default as SQL: nothing, a truth, a number, a time or a list of words."""
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"'{{{','.join(value)}}}'::text[]"
    if isinstance(value, bool | int):
        return str(value).lower()
    return f"'{value}'"


_COLUMNS = """
    s.id, s.version, s.valid_from, s.family_limit, s.coordinator_family_limit,
    s.monitored_family_limit, s.assessment_months, s.goal_review_months, s.monthly_report,
    s.written_consent_required, s.joint_first_visit_required, s.supporting_family_required,
    s.final_assessment_required, s.contact_count, s.contact_period_days, s.works_from, s.works_to,
    s.working_weekdays, s.decision_days, s.first_visit_days, s.diagnosis_days, s.plan_days,
    s.monitoring_interval_months, s.monitoring_months, s.suspension_review_days,
    s.training_reminder_months, s.due_soon_days, s.duty_hours,
    s.workers_set_own_cover, s.covered_families_count, s.emergency_access_hours,
    s.unusual_families_a_day, s.second_factor_roles, s.retention_category, s.retention_years,
    app.z(s.created_at) AS created_at
"""

SETTINGS = One(f"SELECT {_COLUMNS} FROM centre_settings s WHERE s.id = :id::uuid")
SETTINGS_LIST = Many(
    f"SELECT {_COLUMNS} FROM centre_settings s WHERE true",
    (Key("s.valid_from", "date"), Key("s.id", "uuid")),
    descending=True,
)
CENTRE = View(
    "SELECT row_to_json(c) FROM centre c WHERE c.id = app.centre()",
)
CENTRES = View(
    "SELECT coalesce(json_agg(json_build_object('code', code, 'name', name) ORDER BY name), '[]')"
    " FROM centre"
)
