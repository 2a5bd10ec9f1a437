"""The people of the demo centres: invented names, one password, everything in order."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from faker import Faker
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.api.deps import utc_now
from app.db.base import Record
from app.db.session import Database, Scope
from app.db.types import document, new_id
from app.demo.centres import DemoCentre
from app.domain.actor import Role
from app.domain.centres.rules import WelfareCentreKind
from app.domain.centres.tables import Centre, CentreSettings, CentreSettingsFields
from app.domain.directory.tables import District, DistrictWorker
from app.domain.families.tables import Family
from app.domain.identity.queries import CENTRE_ID
from app.domain.identity.tables import Account, UserSession
from app.domain.qualifications.rules import DegreeField, QualificationPath, TrainingKind
from app.domain.qualifications.tables import StaffTraining
from app.domain.staff.rules import EmployerKind, EmploymentForm, StaffState
from app.domain.staff.tables import DataAuthorisation, StaffProfile
from app.domain.vetting.rules import CheckResult, MaintenanceDuty, PersonRegister
from app.domain.vetting.tables import RegisterCheck

PASSWORD = "demo-asysta-2026"  # noqa: S105 - printed at every start, for demo data only
LONG_AGO = date(2020, 1, 1)
TRAINED = date(2026, 3, 16)
LOADERS = datetime(2099, 1, 1, tzinfo=UTC)  # when the sessions of a loader end, and no other
SW, FA, MG = Role.SOCIAL_WORKER, Role.ASSISTANT, Role.MANAGER
FC = Role.FOSTER_CARE_COORDINATOR

STAFF: tuple[tuple[str, str, Role], ...] = (
    ("kierownik", "Halina Wierzbicka", MG),
    ("pracownik1", "Dorota Jasińska", SW),
    ("pracownik2", "Paweł Łuczak", SW),
    ("pracownik3", "Ewa Sienkiewicz-Róg", SW),
    ("asystent1", "Agnieszka Świder", FA),
    ("asystent2", "Tomasz Żmudzki", FA),
    ("asystent3", "Joanna Kędra", FA),
    ("asystent4", "Michał Ćwikła", FA),
    ("koordynator1", "Barbara Gąsior", FC),
    ("koordynator2", "Łukasz Mróz", FC),
    ("administrator", "Bartosz Kornacki", Role.ADMINISTRATOR),
)
LOGINS = (
    ("manager", "kierownik"),
    ("social_worker", "pracownik1"),
    ("assistant", "asystent1"),
    ("assistant", "asystent2"),
    ("foster_care_coordinator", "koordynator1"),
    ("administrator", "administrator"),
)


@dataclass(frozen=True, slots=True)
class SettledPerson:
    """Somebody of a demo centre with a session of their own for the loader."""

    id: UUID
    centre: UUID
    session: UUID
    role: Role


@dataclass(frozen=True, slots=True)
class SettledCentre:
    """A demo centre that is ready for families."""

    of: DemoCentre
    id: UUID
    districts: tuple[UUID, ...]
    people: dict[str, SettledPerson]
    new: bool


def admitted(
    account_id: UUID, *, since: date = LONG_AGO, trained: date | None = None
) -> list[Record]:
    """Return everything that lets somebody work: profile, checks, training, authorisation (K3)."""
    checks = [
        RegisterCheck(
            account_id=account_id,
            register_kind=register,
            checked_on=since,
            result=CheckResult.CLEAR,
            printout_ref="akta osobowe, k. 7",
        )
        for register in PersonRegister
    ]
    training = StaffTraining(
        account_id=account_id,
        kind=TrainingKind.COURSE,
        subject="Praca z rodziną z problemem uzależnienia",
        held_on=trained or since,
        hours=16,
    )
    authorisation = DataAuthorisation(
        account_id=account_id, number="1/2020", valid_from=since, undertaking_signed_on=since
    )
    return [_profile(account_id, since), *checks, training, authorisation]


def _profile(account_id: UUID, since: date) -> StaffProfile:
    return StaffProfile(
        id=account_id,
        state=StaffState.ACTIVE,
        activated_on=since,
        employer_kind=EmployerKind.GMINA_UNIT,
        employer_name="Ośrodek Pomocy Społecznej",
        employment_form=EmploymentForm.EMPLOYMENT_TASK_BASED,
        qualification_path=QualificationPath.A,
        degree_field=DegreeField.PEDAGOGY,
        diploma_ref="akta osobowe, k. 2",
        declared_on=since,
        parental_authority_intact=True,
        maintenance_duty=MaintenanceDuty.NO_TITLE,
        no_conviction=True,
        criminal_record_ref="akta osobowe, k. 5",
        criminal_record_on=since,
    )


async def find(database: Database, demo: DemoCentre) -> UUID | None:
    """Return the id of a demo centre that is there already."""
    return await database.find_centre(CENTRE_ID, code=demo.code)


async def count_families(database: Database, centre_id: UUID | None) -> int:
    """Count the families of a centre; none where it is not there yet."""
    if centre_id is None:
        return 0
    async with database.begin(_scope(centre_id)) as session:
        return await session.scalar(select(func.count()).select_from(Family)) or 0


async def settle(
    database: Database,
    demo: DemoCentre,
    known: UUID | None,
    password_hash: str,
    *,
    assistants: int,
) -> SettledCentre:
    """Put a demo centre into place, or take the one that is there, with enough assistants."""
    centre_id = known or new_id()
    async with database.begin(_scope(centre_id)) as session:
        if known is None:
            await _open_office(session, demo, centre_id, password_hash)
        there = await _accounts(session)
        for login, name in _more_assistants(there, assistants):
            account = _account(login, name, FA, password_hash)
            session.add(account)
            await session.flush()
            session.add_all(admitted(account.id, trained=TRAINED))
            there[login] = account
        await _end_left(session)
        sessions = {login: _session(account.id) for login, account in there.items()}
        session.add_all(sessions.values())
        districts = (await session.execute(select(District).order_by(col(District.id)))).scalars()
        ids = tuple(district.id for district in districts)
    settled = {
        login: SettledPerson(account.id, centre_id, sessions[login].id, Role(account.roles[0]))
        for login, account in there.items()
    }
    return SettledCentre(demo, centre_id, ids, settled, new=known is None)


def _scope(centre_id: UUID) -> Scope:
    return Scope.system(centre_id, today=LONG_AGO, request=uuid4(), operation="demo_data")


async def _open_office(
    session: AsyncSession, demo: DemoCentre, centre_id: UUID, password_hash: str
) -> None:
    """Put the office, its settings, districts and first people into place."""
    session.add(Centre(id=centre_id, kind=WelfareCentreKind(demo.kind), **demo.office()))
    await session.flush()
    said = CentreSettingsFields.model_validate({"valid_from": LONG_AGO, **demo.settings})
    duty = document(said.duty_hours)
    session.add(CentreSettings(**said.model_dump(exclude={"duty_hours"}), duty_hours=duty))
    districts = [District(name=name) for name in demo.districts]
    people = {login: _account(login, name, role, password_hash) for login, name, role in STAFF}
    session.add_all([*districts, *people.values()])
    await session.flush()
    for account in people.values():
        session.add_all(admitted(account.id, trained=TRAINED))
    session.add_all(_serving(districts, people))
    await session.flush()


async def _accounts(session: AsyncSession) -> dict[str, Account]:
    found = await session.execute(select(Account).order_by(col(Account.id)))
    return {account.login: account for account in found.scalars()}


def _more_assistants(there: dict[str, Account], wanted: int) -> list[tuple[str, str]]:
    """Invent assistants until there are as many as the families need."""
    present = sum(login.startswith("asystent") for login in there)
    fake = Faker("pl_PL")
    fake.seed_instance(present)
    return [(f"asystent{n}", fake.name_female()) for n in range(present + 1, wanted + 1)]


def _account(login: str, name: str, role: Role, password_hash: str) -> Account:
    return Account(login=login, full_name=name, roles=[role.value], password_hash=password_hash)


def _session(account_id: UUID) -> UserSession:
    """Open a session that only the loader's tokens name; the loader ends it."""
    return UserSession(account_id=account_id, expires_at=LOADERS)


async def _end_left(session: AsyncSession) -> None:
    """End what a loader left open that was killed."""
    left = select(UserSession).where(
        col(UserSession.expires_at) == LOADERS, col(UserSession.ended_at).is_(None)
    )
    for kept in (await session.execute(left)).scalars():
        kept.ended_at = utc_now()


async def end_sessions(database: Database, centre: SettledCentre) -> None:
    """End the loader's sessions: nobody can use them any more."""
    async with database.begin(_scope(centre.id)) as session:
        for person in centre.people.values():
            kept = await session.get_one(UserSession, (centre.id, person.session))
            kept.ended_at = utc_now()


def _serving(districts: list[District], people: dict[str, Account]) -> list[DistrictWorker]:
    """Give each district its social worker, and each social worker a district."""
    workers = [account for login, account in people.items() if login.startswith("pracownik")]
    return [
        DistrictWorker(
            district_id=districts[n % len(districts)].id,
            account_id=workers[n % len(workers)].id,
            valid_from=LONG_AGO,
        )
        for n in range(max(len(districts), len(workers)))
    ]
