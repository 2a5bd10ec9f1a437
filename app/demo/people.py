"""The people of the demo centres: invented names, one password, everything in order."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from app.db.base import Record
from app.db.session import Database, Scope
from app.demo.centres import DemoCentre
from app.domain.actor import Role
from app.domain.centres.rules import WelfareCentreKind
from app.domain.centres.tables import Centre, CentreSettings, CentreSettingsFields
from app.domain.directory.tables import District, DistrictWorker
from app.domain.identity.tables import Account, UserSession
from app.domain.qualifications.rules import DegreeField, QualificationPath, TrainingKind
from app.domain.qualifications.tables import StaffTraining
from app.domain.staff.rules import EmployerKind, EmploymentForm, StaffState
from app.domain.staff.tables import DataAuthorisation, StaffProfile
from app.domain.vetting.rules import CheckResult, MaintenanceDuty, PersonRegister
from app.domain.vetting.tables import RegisterCheck

PASSWORD = "demo-asysta-2026"  # noqa: S105 - printed at every start, for demo data only
LONG_AGO = date(2020, 1, 1)
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
)
LOGINS = (
    ("manager", "kierownik"),
    ("social_worker", "pracownik1"),
    ("assistant", "asystent1"),
    ("assistant", "asystent2"),
    ("foster_care_coordinator", "koordynator1"),
)


@dataclass(frozen=True, slots=True)
class SettledPerson:
    """Somebody of a demo centre with a session of their own for the loader."""

    id: UUID
    centre: UUID
    session: UUID
    role: Role
    full_name: str


@dataclass(frozen=True, slots=True)
class SettledCentre:
    """A demo centre that is ready for families."""

    of: DemoCentre
    id: UUID
    districts: tuple[UUID, ...]
    people: dict[str, SettledPerson]


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


async def settle(database: Database, demo: DemoCentre, password_hash: str) -> SettledCentre:
    """Put one demo centre into place: the office, its settings, districts and people."""
    centre = Centre(
        code=demo.code,
        name=demo.name,
        kind=WelfareCentreKind(demo.kind),
        gmina=demo.gmina,
        address=demo.address,
        phone=demo.phone,
        email=demo.email,
    )
    scope = Scope.system(centre.id, today=LONG_AGO, request=uuid4(), operation="demo_data")
    said = CentreSettingsFields.model_validate({"valid_from": LONG_AGO, **demo.settings})
    districts = [District(name=name) for name in demo.districts]
    people = {login: _account(login, name, role, password_hash) for login, name, role in STAFF}
    sessions = {login: _session(account.id) for login, account in people.items()}
    async with database.begin(scope) as session:
        session.add(centre)
        await session.flush()
        session.add_all([CentreSettings(**said.model_dump(mode="json")), *districts])
        session.add_all(people.values())
        await session.flush()
        session.add_all(sessions.values())
        for account in people.values():
            session.add_all(admitted(account.id, trained=date(2026, 3, 16)))
        session.add_all(_serving(districts, people))
    settled = {
        login: SettledPerson(people[login].id, centre.id, sessions[login].id, role, name)
        for login, name, role in STAFF
    }
    return SettledCentre(demo, centre.id, tuple(d.id for d in districts), settled)


def _account(login: str, name: str, role: Role, password_hash: str) -> Account:
    return Account(login=login, full_name=name, roles=[role.value], password_hash=password_hash)


def _session(account_id: UUID) -> UserSession:
    """Open a session that only the loader's tokens name; the loader ends it."""
    return UserSession(account_id=account_id, expires_at=datetime(2099, 1, 1, tzinfo=UTC))


def _serving(districts: list[District], people: dict[str, Account]) -> list[DistrictWorker]:
    """Give the districts to the social workers in turn; each serves at least one."""
    workers = [account for login, account in people.items() if login.startswith("pracownik")]
    return [
        DistrictWorker(
            district_id=districts[n % len(districts)].id,
            account_id=workers[n % len(workers)].id,
            valid_from=LONG_AGO,
        )
        for n in range(max(len(districts), len(workers)))
    ]
