"""Help from who runs the product: for somebody whom nobody in their centre may help (S4.1)."""

from datetime import datetime

from app.api.deps import utc_now
from app.cli_retention import acting
from app.domain import rooms
from app.domain.identity.queries import CENTRE_ID
from app.domain.staff.service import help_in
from app.main import connect
from app.settings import Settings, WrongSetting

OPERATION = "help_in"  # under which the audit has it, with nobody as the person


async def helped_in(settings: Settings, code: str, login: str) -> tuple[str, datetime]:
    """Take somebody's password and second factor away; return the token for the next password."""
    list(rooms("tables"))
    database = connect(settings)
    await database.open()
    try:
        centre = await database.find_centre(CENTRE_ID, code=code)
        if centre is None:
            raise WrongSetting(f"There is no centre with the code {code}.")
        async with acting(database, centre, utc_now(), OPERATION) as act:
            helped = await help_in(act, login)
        if helped is None:
            raise WrongSetting(f"Nobody in {code} signs in as {login}.")
        return helped
    finally:
        await database.close()
