"""What must lie there before an example and no operation makes: the product's own nightly work."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from app.db.session import Scope
from app.db.types import new_id
from app.domain.oversight.rules import UnusualSign
from app.domain.oversight.tables import AccessSign
from tests.factories.api import Api
from tests.factories.people import HERE


async def note_a_sign(api: Api) -> None:
    """Note of yesterday that an assistant has looked at many families."""
    today, now = api.clock.today, api.clock.instant
    scope = Scope.system(HERE.id, today=today, request=new_id(), operation="housekeeping")
    async with api.app.state.database.begin(scope) as session:
        session.add(
            AccessSign(
                account_id=HERE.other_assistant.id,
                sign=UnusualSign.MANY_FAMILIES,
                day=today - timedelta(1),
                times=43,
                first_at=now - timedelta(hours=25),
                last_at=now - timedelta(hours=20),
            )
        )


BEFOREHAND: dict[str, Callable[[Api], Awaitable[None]]] = {"list_access_signs": note_a_sign}
