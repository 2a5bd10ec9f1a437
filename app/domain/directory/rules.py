"""Districts (rejony) and who may serve one."""

from collections.abc import Collection
from datetime import date

from app.domain.actor import Role
from app.domain.errors import Conflict, Refusal
from app.domain.law import PRACTICE, Certainty, Rule
from app.domain.staff.rules import EndsBeforeStart, StaffState, require_at_work

B12 = Rule(
    "B12",
    PRACTICE.whole(),
    "Rodzinę prowadzi pracownik socjalny jej rejonu zamieszkania; inny otrzymuje ostrzeżenie.",
    "The social worker of the family's district serves it; anybody else is warned.",
    sure=Certainty.LOCAL,
)


class DistrictNeedsSocialWorker(Conflict):
    """This person is not a social worker of the centre."""

    pl = "Ta osoba nie jest pracownikiem socjalnym w tym ośrodku."
    rule = B12


class ServesAlready(Conflict):
    """This person serves the district in that period already."""

    pl = "Ta osoba już obsługuje ten rejon w tym okresie."
    rule = B12


class DistrictNameTaken(Conflict):
    """A district of this name exists already."""

    pl = "Rejon o tej nazwie już istnieje."


CONSTRAINTS: dict[str, type[Refusal]] = {
    "district_name_taken": DistrictNameTaken,
    "district_worker_once": ServesAlready,
    "ck_district_worker_period": EndsBeforeStart,
}


def require_may_serve(
    state: StaffState, roles: Collection[Role], suspended_from: date | None, on: date
) -> None:
    """Refuse a person who may not be given a district on a day."""
    if Role.SOCIAL_WORKER not in roles:
        raise DistrictNeedsSocialWorker
    require_at_work(state, suspended_from, on)
