"""What is said when a case is handed over; what is kept of it stands in the case."""

from uuid import UUID

from sqlmodel import Field, SQLModel

from app.domain.cases.rules import HandoverReason


class HandoverFields(SQLModel):
    """To whom a case passes, and why."""

    social_worker_id: UUID = Field(description="The social worker who has the case from now on")
    reason: HandoverReason
