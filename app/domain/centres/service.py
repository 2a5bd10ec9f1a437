"""Setting what the centre may set."""

from app.db.types import document
from app.domain.act import Act
from app.domain.centres import rules
from app.domain.centres.tables import CentreSettings, CentreSettingsFields
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell


async def change_settings(act: Act, said: CentreSettingsFields) -> CentreSettings:
    """Put settings into force from a day on; earlier rows stay, so the past keeps its rules."""
    rules.require_not_past(said.valid_from, act.today)
    rules.require_within_statute(
        said.family_limit, said.coordinator_family_limit, said.assessment_months, said.valid_from
    )
    rules.require_years(said.retention_category, said.retention_years)
    values = said.model_dump() | {"duty_hours": document(said.duty_hours)}
    settings = CentreSettings(**values)
    act.add(settings)
    tell(act, OfficeEventType.SETTINGS_CHANGED, settings.id)
    return settings
