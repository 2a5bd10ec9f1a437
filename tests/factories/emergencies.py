"""Files opened in an emergency, as people open them."""

from typing import Any
from uuid import UUID

from httpx import Response

from tests.factories.api import Api
from tests.factories.families import search
from tests.factories.people import Person

NAME = "Żółkiewska Źródlana"


async def named(api: Api, person: Person, **criteria: Any) -> dict[str, Any]:
    """Search as somebody; return what is sent to open the first family that was found."""
    found = await search(api.as_(person), **(criteria or {"text": NAME}))
    return {"search_id": found["search_id"], "candidate": found["candidates"][0]["handle"]}


async def ask(api: Api, person: Person, **changes: Any) -> Response:
    """Search, and ask for the file of the first family; return the response."""
    said = await named(api, person)
    body = said | {
        "reason": "child_in_danger",
        "justification": "Telefon ze szkoły: dziecko nie ma gdzie spędzić nocy.",
    }
    return await api.as_(person).post("/emergency-accesses", body | changes)


async def open_file(api: Api, person: Person, **changes: Any) -> dict[str, Any]:
    """Open the file; return the access."""
    response = await ask(api, person, **changes)
    assert response.status_code == 201, response.text
    opened: dict[str, Any] = response.json()
    return opened


async def reads(api: Api, person: Person, family: UUID) -> bool:
    """Tell whether somebody is shown the family."""
    shown = await api.as_(person).get(f"/families/{family}")
    assert shown.status_code in {200, 404}, shown.text
    return bool(shown.status_code == 200)
