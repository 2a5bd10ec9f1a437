"""Taking people on, admitting them to work, suspending them, authorising them to see data."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.act import Act
from app.domain.actor import Role
from app.domain.caseload.rules import DUTY_OF, Duty
from app.domain.caseload.service import require_cases_handed_over, require_handed_over
from app.domain.errors import NotFound, Stale
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.factors import service as factors
from app.domain.identity.queries import (
    end_sessions,
    find_account,
    last_reset_by,
)
from app.domain.identity.rules import (
    comes_to_see_families,
    require_may_remove_factor,
    require_not_oneself,
    require_roles_together,
    require_switch,
)
from app.domain.identity.service import (
    NO_PASSWORD,
    begin_reset,
    give_first_password,
    require_managers_keeper,
    take_password,
)
from app.domain.identity.tables import Account
from app.domain.qualifications.tables import QualificationFields, StaffTraining, TrainingFields
from app.domain.staff import queries, rules
from app.domain.staff.rules import StaffAction, StaffState
from app.domain.staff.tables import (
    DataAuthorisation,
    DataAuthorisationFields,
    NewStaffFields,
    StaffProfile,
    StaffSuspension,
    SuspensionFields,
)
from app.domain.vetting.rules import CheckResult, SuspensionCause
from app.domain.vetting.tables import DeclarationFields, RegisterCheck, RegisterCheckFields


async def lock_worker(act: Act, account_id: UUID) -> StaffProfile:
    """Return somebody's profile, locked: their state and roles can't change under the act."""
    return await act.lock(StaffProfile, account_id)


async def lock_staff(act: Act, account_id: UUID, if_match: int) -> tuple[StaffProfile, Account]:
    """Return profile and account, locked; the version of the resource is that of both."""
    profile = await lock_worker(act, account_id)
    account = await act.lock(Account, account_id)
    current = profile.version + account.version - 1
    if current != if_match:
        raise Stale(current=current)
    return profile, account


async def create_staff(act: Act, said: NewStaffFields) -> StaffProfile:
    """Take somebody on: an account, and a profile that is not yet admitted to work."""
    require_roles_together(said.roles)
    await require_managers_keeper(act, (), said.roles)
    account = Account(
        login=said.login,
        full_name=said.full_name,
        roles=_stored(said.roles),
        password_hash=NO_PASSWORD,
    )
    if said.password is not None:
        await give_first_password(act, account, said.password)
    act.add(account)
    await act.flush()
    contact = said.model_dump(exclude={"login", "full_name", "roles", "password"})
    profile = StaffProfile(id=account.id, **contact)
    act.add(profile)
    tell(act, OfficeEventType.STAFF_CREATED, profile.id)
    return profile


async def change_staff(
    act: Act, account_id: UUID, changes: Mapping[str, Any], if_match: int
) -> None:
    """Change name, roles, contact or employment; who is at work must stay qualified for it."""
    profile, account = await lock_staff(act, account_id, if_match)
    said = dict(changes)
    account.full_name = said.pop("full_name", account.full_name)
    if "roles" in said:
        await _change_roles(act, account, said.pop("roles"))
    profile.sqlmodel_update(said)
    await _stay_qualified(act, profile)
    tell(act, OfficeEventType.STAFF_CHANGED, account_id)


async def _change_roles(act: Act, account: Account, roles: Collection[Role]) -> None:
    require_roles_together(roles)
    if Role.MANAGER not in roles or Role.ADMINISTRATOR in act.actor.roles:
        require_not_oneself(account.id, act.actor.account_id)
    await require_managers_keeper(act, account.roles, roles)
    lost = [duty for role, duty in DUTY_OF.items() if role not in roles]
    await require_handed_over(act, account.id, lost, act.today - timedelta(days=1))
    if Role.SOCIAL_WORKER not in roles:
        await require_cases_handed_over(act, account.id)
    if comes_to_see_families(account.roles, roles):
        await take_password(act, account)
    account.roles = _stored(roles)


def _stored(roles: Collection[Role]) -> list[str]:
    return sorted({role.value for role in roles})


async def _stay_qualified(act: Act, profile: StaffProfile) -> None:
    if profile.state == StaffState.ACTIVE:
        facts = await queries.find_facts(act, profile.id)
        rules.require_qualified(facts, act.today, authorised=False)


async def set_qualifications(
    act: Act, account_id: UUID, said: QualificationFields, if_match: int
) -> None:
    """Write down how somebody is qualified, in place of what was written before."""
    profile, _ = await lock_staff(act, account_id, if_match)
    profile.sqlmodel_update(said.model_dump())
    await _stay_qualified(act, profile)
    tell(act, OfficeEventType.QUALIFICATIONS_SET, account_id)


async def set_declarations(
    act: Act, account_id: UUID, said: DeclarationFields, if_match: int
) -> None:
    """Write down what somebody has declared and handed in."""
    profile, _ = await lock_staff(act, account_id, if_match)
    rules.require_happened(said.declared_on, act.today)
    rules.require_happened(said.criminal_record_on, act.today)
    profile.sqlmodel_update(said.model_dump())
    await _stay_qualified(act, profile)
    tell(act, OfficeEventType.DECLARATIONS_SET, account_id)


async def activate(act: Act, account_id: UUID, if_match: int) -> None:
    """Admit somebody to work, when nothing is missing."""
    profile, _ = await lock_staff(act, account_id, if_match)
    _step(profile, StaffAction.ACTIVATE)
    rules.require_qualified(await queries.find_facts(act, account_id), act.today)
    profile.state, profile.activated_on = StaffState.ACTIVE, act.today
    tell(act, OfficeEventType.STAFF_ACTIVATED, account_id)


async def suspend(act: Act, account_id: UUID, said: SuspensionFields, if_match: int) -> None:
    """Suspend somebody from duty by art. 13(1), from today or an earlier day."""
    profile, _ = await lock_staff(act, account_id, if_match)
    _step(profile, StaffAction.SUSPEND)
    rules.require_happened(said.suspended_from, act.today)
    _suspend(act, profile, said, SuspensionCause.CRIMINAL_PROCEEDINGS)


def _suspend(
    act: Act, profile: StaffProfile, said: SuspensionFields, cause: SuspensionCause
) -> None:
    profile.state, profile.suspended_from = StaffState.SUSPENDED, said.suspended_from
    act.add(StaffSuspension(account_id=profile.id, cause=cause, **said.model_dump()))
    tell(act, OfficeEventType.STAFF_SUSPENDED, profile.id)


async def reinstate(
    act: Act, account_id: UUID, lifted_on: date, reason: str, if_match: int
) -> None:
    """Let somebody work again: judged like a new admission."""
    profile, _ = await lock_staff(act, account_id, if_match)
    _step(profile, StaffAction.REINSTATE)
    rules.require_happened(lifted_on, act.today)
    rules.require_qualified(await queries.find_facts(act, account_id), act.today)
    await _lift(act, profile, lifted_on, reason)
    profile.state = StaffState.ACTIVE
    tell(act, OfficeEventType.STAFF_REINSTATED, account_id)


async def _lift(act: Act, profile: StaffProfile, lifted_on: date, reason: str) -> None:
    found = await queries.find_open_suspension(act, profile.id)
    if found is not None:
        rules.require_end(found.suspended_from, None, lifted_on)
        found.lifted_on, found.lifted_reason = lifted_on, reason
    profile.suspended_from = None


async def end_work(act: Act, account_id: UUID, ended_on: date, reason: str, if_match: int) -> None:
    """End somebody's work; they are signed out with the next request."""
    profile, account = await lock_staff(act, account_id, if_match)
    require_not_oneself(account_id, act.actor.account_id)
    _step(profile, StaffAction.END)
    rules.require_happened(ended_on, act.today)
    await require_handed_over(act, account_id, Duty, ended_on)
    await require_cases_handed_over(act, account_id)
    if profile.suspended_from is not None:
        await _lift(act, profile, ended_on, reason)
    profile.state, profile.ended_on, profile.end_reason = StaffState.ENDED, ended_on, reason
    account.active = False
    tell(act, OfficeEventType.STAFF_ENDED, account_id)


async def set_account_active(act: Act, account_id: UUID, if_match: int, *, active: bool) -> None:
    """Block or unblock an account; the work's state stays as it is."""
    profile, account = await lock_staff(act, account_id, if_match)
    if not active:
        require_not_oneself(account_id, act.actor.account_id)
    _step(profile, StaffAction.REACTIVATE if active else StaffAction.DEACTIVATE)
    require_switch(account.active, active=active)
    account.active = active
    kind = OfficeEventType.ACCOUNT_REACTIVATED if active else OfficeEventType.ACCOUNT_DEACTIVATED
    tell(act, kind, account_id)


async def reset_password(act: Act, account_id: UUID, if_match: int) -> tuple[str, datetime]:
    """Take somebody's password away; return the token for the next one, and its end."""
    _, account = await lock_staff(act, account_id, if_match)
    return await begin_reset(act, account)


async def remove_factor(act: Act, account_id: UUID) -> None:
    """Remove the second factor of somebody whose phone is lost, and end their sessions (S4.1)."""
    require_not_oneself(account_id, act.actor.account_id)
    account = await act.lock(Account, account_id)
    last = await last_reset_by(act, account_id, act.actor.account_id)
    require_may_remove_factor(account.roles, act.actor.roles, last, act.now)
    await factors.remove(act, account_id)
    await end_sessions(act, account_id, None)
    tell(act, OfficeEventType.SECOND_FACTOR_REMOVED, account_id)


async def help_in(act: Act, login: str) -> tuple[str, datetime] | None:
    """Take password and second factor away for who runs the product; None: no such login (S4.1)."""
    found = await find_account(act, login)
    if found is None:
        return None
    account = await act.lock(Account, found.id)
    if await factors.is_enrolled(act, account.id):
        await remove_factor(act, account.id)
    return await begin_reset(act, account)


def _step(profile: StaffProfile, action: StaffAction) -> None:
    rules.WORKFLOW.step(profile.state, action)


async def record_check(act: Act, account_id: UUID, said: RegisterCheckFields) -> RegisterCheck:
    """Keep what a register said; who is found in one may not meet families from now on.

    Who is not admitted yet never will be by that: the admission asks again (C8, J1).
    """
    profile = await lock_worker(act, account_id)
    rules.require_happened(said.checked_on, act.today)
    check = RegisterCheck(account_id=account_id, **said.model_dump())
    act.add(check)
    tell(act, OfficeEventType.REGISTER_CHECKED, check.id)
    if said.result == CheckResult.FOUND and profile.state == StaffState.ACTIVE:
        found = SuspensionFields(suspended_from=act.today, reason=said.register_kind.pl)
        _suspend(act, profile, found, SuspensionCause.REGISTER_ENTRY)
    return check


async def record_training(act: Act, account_id: UUID, said: TrainingFields) -> StaffTraining:
    """Add to somebody's training log."""
    await lock_worker(act, account_id)
    rules.require_happened(said.held_on, act.today)
    training = StaffTraining(account_id=account_id, **said.model_dump())
    act.add(training)
    tell(act, OfficeEventType.TRAINING_RECORDED, training.id)
    return training


async def authorise(act: Act, account_id: UUID, said: DataAuthorisationFields) -> DataAuthorisation:
    """Authorise somebody in writing to process data (K3)."""
    await lock_worker(act, account_id)
    rules.require_happened(said.undertaking_signed_on, act.today)
    authorisation = DataAuthorisation(account_id=account_id, **said.model_dump())
    act.add(authorisation)
    tell(act, OfficeEventType.DATA_ACCESS_GIVEN, authorisation.id)
    return authorisation


async def end_authorisation(
    act: Act, account_id: UUID, authorisation_id: UUID, ends_on: date, if_match: int
) -> None:
    """Set the last day of an authorisation; from the day after, each request is refused."""
    authorisation = await act.lock(DataAuthorisation, authorisation_id, if_match)
    if authorisation.account_id != account_id:
        raise NotFound
    require_not_oneself(account_id, act.actor.account_id)
    rules.require_end(authorisation.valid_from, authorisation.valid_to, ends_on)
    authorisation.valid_to = ends_on
    tell(act, OfficeEventType.DATA_ACCESS_ENDED, authorisation.id)
