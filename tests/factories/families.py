"""What a social worker says when recording a family, and families of every kind of scope."""

from typing import Any
from uuid import UUID

from app.domain.families.tables import Person as Member
from tests.factories import canaries
from tests.factories.api import Caller
from tests.factories.cases import make_family
from tests.factories.people import HERE, Town, World

MARIA, STAS = canaries.MARIA, canaries.STAS


def said(search_id: str, **changes: Any) -> dict[str, Any]:
    """Return a family as it is sent; `changes` replace or add fields."""
    return {
        "search_id": search_id,
        "surname": "Żółkiewska",
        "street": "ul. Źródlana 3",
        "postcode": "15-440",
        "town": "Białystok",
        "gmina": "2061011",
        "district_id": str(HERE.district),
    } | changes


async def search(caller: Caller, **criteria: Any) -> dict[str, Any]:
    """Search and return the answer."""
    response = await caller.post("/families/search", criteria)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def record(caller: Caller, **changes: Any) -> dict[str, Any]:
    """Search and record a family; return it."""
    search_id = (await search(caller, text="Żółkiewska"))["search_id"]
    response = await caller.post("/families", said(search_id, **changes))
    assert response.status_code == 201, response.text
    recorded: dict[str, Any] = response.json()
    return recorded


async def settle(world: World, town: Town = HERE, **changes: Any) -> UUID:
    """Put a family with a mother into place; `first_name`, `pesel`, `phone` are the mother's."""
    mother = {name: changes.pop(name, None) for name in ("pesel", "phone", "born_on")}
    first_name = changes.pop("first_name", "Maria")
    async with world.acting(town) as act:
        family = await make_family(act, town, **changes)
        act.add(
            Member.model_validate(
                {
                    "family_id": family.id,
                    "first_name": first_name,
                    "last_name": family.surname,
                    "role": "mother",
                    "parental_authority": "full",
                }
                | mother
            )
        )
        return family.id
