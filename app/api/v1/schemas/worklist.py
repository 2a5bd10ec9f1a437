"""Shapes of the worklist."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.api.v1.schemas.base import Label, Out, Total
from app.api.v1.schemas.cases import ListedDeadlineOut, PersonRef
from app.api.v1.schemas.emergencies import EmergencyOut
from app.api.v1.schemas.oversight import AccessSignOut
from app.api.v1.schemas.webhooks import WebhookOut
from app.domain.calendar import DueStanding
from app.domain.cases.rules import CaseAction, CaseState
from app.domain.events.rules import EventType, OfficeEventType
from app.domain.fields import Line, Name
from app.domain.waiting.rules import WaitingKind


class CountsOut(Out):
    """How much there is, whatever is shown."""

    overdue: Total
    due: Total
    waiting: Total
    new: Total
    emergencies: Total
    access_signs: Total


class WaitingOut(Out):
    """Something that waits for you; `action` names the next step of the case."""

    kind: WaitingKind
    action: CaseAction | None
    label: Label
    case_id: UUID
    family_id: UUID
    family_surname: Name | None
    case_state: CaseState
    subject_id: UUID
    since: date
    on_behalf_of: PersonRef | None = Field(description="Whose it is, where you cover for them")


class NewsOut(Out):
    """Something that somebody else did in the last days."""

    id: UUID
    type: EventType
    label: Label
    case_id: UUID | None
    family_id: UUID
    family_surname: Name | None
    subject_id: UUID
    on_date: date
    recorded_at: AwareDatetime
    on_behalf_of: PersonRef | None = Field(description="Whose it is, where you cover for them")


class WaitingRightsRequestOut(Out):
    """A person's request that is not answered yet (art. 12 ust. 3 RODO)."""

    id: UUID
    person_id: UUID
    family_id: UUID
    last_name: Name
    received_on: date
    due_on: date
    standing: DueStanding


class EndingAuthorisationOut(Out):
    """A data authorisation that ends soon with none to follow (K3)."""

    id: UUID
    person: PersonRef
    number: Line
    valid_to: date = Field(description="The last day on which it works")


class OpenedAccountOut(Out):
    """A password or a second factor that somebody else has taken away in the last days (S4.1)."""

    id: UUID
    type: OfficeEventType
    label: Label
    person: PersonRef
    by: PersonRef | None = Field(description="None: whoever runs the product")
    on_date: date
    recorded_at: AwareDatetime


class WorklistOut(Out):
    """What is on your desk today; each list shows the first hundred."""

    today: date
    counts: CountsOut
    overdue: list[ListedDeadlineOut] = Field(max_length=100)
    due: list[ListedDeadlineOut] = Field(max_length=100)
    waiting: list[WaitingOut] = Field(max_length=100)
    new: list[NewsOut] = Field(max_length=100)
    rights_requests: list[WaitingRightsRequestOut] = Field(
        max_length=100, description="Of the manager: requests of persons to answer, by deadline"
    )
    emergencies: list[EmergencyOut] = Field(
        max_length=100, description="For the manager: files opened in an emergency, to be reviewed"
    )
    access_signs: list[AccessSignOut] = Field(
        max_length=100, description="For the manager: access out of the ordinary, to be reviewed"
    )
    authorisations_ending: list[EndingAuthorisationOut] = Field(
        max_length=100,
        description="For the manager: whose data authorisation ends within `due_soon_days` (K3)",
    )
    opened_accounts: list[OpenedAccountOut] = Field(
        max_length=100,
        description="Of your account, for the manager of all: by whom else it could be opened",
    )
    unreached_webhooks: list[WebhookOut] = Field(
        max_length=100, description="For the manager: machines that no message has reached for long"
    )
