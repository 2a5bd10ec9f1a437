"""How the statement of a hot command tells what has happened."""

from app.db.brief import inserted
from app.domain.events.rules import EventType


def told(kind: EventType, on: str) -> str:
    """Write the event of a brief as part of its statement: its subject is what is created.

    It takes the values `event_id`, `family_id`, `case_id`, `id`, and `on` under the name given.
    """
    columns = {
        "id": ":event_id",
        "type": f"'{kind.value}'",
        "family_id": ":family_id",
        "case_id": ":case_id",
        "subject_id": ":id",
        "on_date": f":{on}",
    }
    return inserted("event", columns)
