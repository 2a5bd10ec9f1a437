"""Accounts: which roles go together; sessions: what is refused, how long they live (ASVS 7)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.actor import WITH_FAMILIES, Role
from app.domain.errors import Conflict, Forbidden, Invalid, Refusal
from app.domain.law import FAMILY_SUPPORT, Certainty, Rule, Standing

C18 = Rule(
    "C18",
    FAMILY_SUPPORT.art(17, 3),
    "Pracy asystenta nie łączy się z obowiązkami pracownika socjalnego w tej samej gminie.",
    "Nobody is an assistant and a social worker in the same gmina.",
)
C19 = Rule(
    "C19",
    FAMILY_SUPPORT.art(17, 4),
    "Asystent nie prowadzi postępowań z zakresu świadczeń realizowanych przez gminę.",
    "An assistant does not run the gmina's benefit proceedings.",
    standing=Standing.NOT_APPLICABLE,
    reason="The product runs no benefit proceedings, so no role can be given them.",
)
G7 = Rule(
    "G7",
    FAMILY_SUPPORT.art(79, 3),
    "Pracy koordynatora nie łączy się z obowiązkami pracownika socjalnego.",
    "Nobody is a foster-care coordinator and a social worker.",
)

S1 = Rule(
    "S1",
    FAMILY_SUPPORT.art(7, 1),
    "Administrator prowadzi konta i ustawienia, a danych rodzin nie widzi: ta rola nie łączy się"
    " z żadną inną.",
    "An administrator keeps accounts and settings and sees no family: the role stands alone.",
    sure=Certainty.INTERPRETATION,
)

S4_1 = Rule(
    "S4.1",
    FAMILY_SUPPORT.art(7, 1),
    "Administrator nie otwiera sobie konta, które widzi rodziny: hasło odbiera tylko temu, kogo"
    " chroni drugi składnik, a składnik tylko temu, komu sam nie odebrał hasła w ostatnich 30"
    " dniach. Resztę robi kierownik, składnik też inny administrator; osoba i kierownik to widzą.",
    "An administrator opens no account that sees families: they take the password of whom a second"
    " factor protects, and the factor of whose password they have not taken within 30 days. The"
    " rest is a manager's, the factor also another administrator's; person and manager see it.",
    sure=Certainty.INTERPRETATION,
)

S4_2 = Rule(
    "S4.2",
    FAMILY_SUPPORT.art(7, 1),
    "Administrator nie zna hasła, które otwiera rodziny: kto ma je widzieć, zaczyna bez hasła i"
    " ustawia je tokenem od kierownika, a administrator, który zaczyna je widzieć, traci swoje.",
    "No administrator knows a password that opens families: who is to see them begins without one"
    " and sets it by a manager's token; an administrator who comes to see them loses theirs.",
    sure=Certainty.INTERPRETATION,
)
KEEPER_APART_DAYS = 30


class WrongCredentials(Refusal):
    """Centre, login and password don't fit together."""

    status = 401
    pl = "Ośrodek, login i hasło do siebie nie pasują."


class SessionOver(Refusal):
    """The session is over; sign in again."""

    status = 401
    pl = "Sesja się zakończyła; zaloguj się ponownie."


class SignInNotRecent(Forbidden):
    """Sign in again first: sessions are ended by who has just signed in."""

    pl = "Najpierw zaloguj się ponownie: sesje kończy ten, kto dopiero co się zalogował."


class PresentPasswordWrong(Invalid):
    """This is not your present password."""

    pl = "To nie jest Twoje obecne hasło."
    pointer = "#/present_password"


class ResetTokenOver(Invalid):
    """This reset token is unknown, used or too old; ask for another one."""

    pl = "Ten token zmiany hasła jest nieznany, zużyty albo za stary; poproś o następny."
    pointer = "#/reset_token"


class LoginTaken(Conflict):
    """This login is taken in this centre."""

    pl = "Ten login jest już zajęty w tym ośrodku."


class AssistantIsSocialWorker(Conflict):
    """Nobody is an assistant and a social worker in the same gmina."""

    pl = "Pracy asystenta nie łączy się z obowiązkami pracownika socjalnego w tej samej gminie."
    rule = C18


class CoordinatorIsSocialWorker(Conflict):
    """Nobody is a foster-care coordinator and a social worker."""

    pl = "Pracy koordynatora nie łączy się z obowiązkami pracownika socjalnego."
    rule = G7


class AdministratorStandsAlone(Conflict):
    """Who keeps the accounts sees no family: this role goes with no other."""

    pl = "Kto prowadzi konta, nie widzi rodzin: ta rola nie łączy się z żadną inną."
    rule = S1


class NotOnYourself(Conflict):
    """Ask another manager or administrator: this is not for one's own account."""

    pl = "Poproś innego kierownika lub administratora: tego nie robi się na własnym koncie."


class ManagerByManager(Conflict):
    """Only a manager makes somebody a manager or ends that; so an administrator sees no family."""

    pl = "Kierownika ustanawia i odwołuje tylko kierownik: administrator nie widzi rodzin."
    rule = S1


class NothingElseProtects(Conflict):
    """No second factor protects this account: a manager takes its password away."""

    pl = "Tego konta nie chroni drugi składnik: hasło odbiera kierownik."
    rule = S4_1


class FirstPasswordByKeeper(Conflict):
    """An administrator gives no first password: leave it out, a manager hands over a token."""

    pl = "Pomiń hasło: token do pierwszego hasła tej osoby wydaje kierownik, nie administrator."
    pointer = "#/password"
    rule = S4_2


class BothByOneKeeper(Conflict):
    """You took this person's password: the second factor is for a manager or another keeper."""

    pl = "Hasło odebrano tu z Twojej ręki: drugi składnik usuwa kierownik lub inny administrator."
    rule = S4_1


CONSTRAINTS: dict[str, type[Refusal]] = {
    "account_login_taken": LoginTaken,
    "ck_account_administrator_alone": AdministratorStandsAlone,
}
ROLES_APART = (AssistantIsSocialWorker, CoordinatorIsSocialWorker, AdministratorStandsAlone)


RESET_HOURS = 24
RECENT_MINUTES = 10
DEVICE_LETTERS = 200


def device_of(user_agent: str | None) -> str | None:
    """Return what a person may know their device by: what the browser says of itself, printable."""
    said = "".join(letter for letter in user_agent or "" if letter.isprintable())
    return said.strip()[:DEVICE_LETTERS] or None


def require_fresh(used_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """Refuse a reset token that was used before or comes too late."""
    if used_at is not None or expires_at <= now:
        raise ResetTokenOver


def next_refresh_end(now: datetime, session_ends: datetime, idle_minutes: int) -> datetime:
    """Return until when a refresh token may be used: idle time, but never past the session."""
    return min(now + timedelta(minutes=idle_minutes), session_ends)


def require_unused(used_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """Refuse a refresh token that was used before or came too late."""
    if used_at is not None or expires_at <= now:
        raise SessionOver


@dataclass(frozen=True, slots=True)
class Proof:
    """When somebody showed who they are (None: not said), and how long that is good for at most."""

    at: datetime | None
    until: datetime | None = None


def require_recent(proven_at: datetime | None, now: datetime) -> None:
    """Refuse a session whose person showed who they are too long ago (ASVS 7.5.2).

    Whoever found it open, or stole it, can't shut its owner's other sessions. The owner loses a
    moment: to sign in again opens a session that may.
    """
    if proven_at is None or now - proven_at > timedelta(minutes=RECENT_MINUTES):
        raise SignInNotRecent(minutes=RECENT_MINUTES)


def require_roles_together(roles: Collection[Role]) -> None:
    """Refuse roles that the statute keeps apart in one gmina (art. 17(3), 79(3)), and S1."""
    if Role.SOCIAL_WORKER in roles and Role.ASSISTANT in roles:
        raise AssistantIsSocialWorker
    if Role.SOCIAL_WORKER in roles and Role.FOSTER_CARE_COORDINATOR in roles:
        raise CoordinatorIsSocialWorker
    if Role.ADMINISTRATOR in roles and len(set(roles)) > 1:
        raise AdministratorStandsAlone


def require_not_oneself(account_id: UUID, actor_id: UUID) -> None:
    """Refuse on one's own account what locks one out, or lets an administrator see families."""
    if account_id == actor_id:
        raise NotOnYourself


def require_may_make_managers(
    before: Collection[str], after: Collection[str], keeper: Collection[Role], *, managed: bool
) -> None:
    """Refuse who is no manager to give or take that role, unless the centre has no manager (S1)."""
    changes = (Role.MANAGER in before) != (Role.MANAGER in after)
    if changes and managed and Role.MANAGER not in keeper:
        raise ManagerByManager


def require_may_give_password(roles: Collection[str], keeper: Collection[Role]) -> None:
    """Refuse an administrator who would know the first password of who sees families."""
    if _opens_families(roles, keeper):
        raise FirstPasswordByKeeper


def comes_to_see_families(before: Collection[str], after: Collection[str]) -> bool:
    """Tell whether new roles open families to an account whose password others may have given."""
    return WITH_FAMILIES.isdisjoint(before) and not WITH_FAMILIES.isdisjoint(after)


def require_may_reset(roles: Collection[str], keeper: Collection[Role], *, protected: bool) -> None:
    """Refuse an administrator who would open an account that sees families by its password."""
    if not protected and _opens_families(roles, keeper):
        raise NothingElseProtects


def require_may_remove_factor(
    roles: Collection[str], keeper: Collection[Role], last_reset: datetime | None, now: datetime
) -> None:
    """Refuse an administrator who has taken the password lately as well."""
    lately = last_reset is not None and now - last_reset < timedelta(days=KEEPER_APART_DAYS)
    if lately and _opens_families(roles, keeper):
        raise BothByOneKeeper(days=KEEPER_APART_DAYS)


def _opens_families(roles: Collection[str], keeper: Collection[Role]) -> bool:
    return Role.MANAGER not in keeper and not WITH_FAMILIES.isdisjoint(roles)


class SwitchedAlready(Conflict):
    """The account is already blocked, or already unblocked."""

    pl = "To konto jest już zablokowane albo już odblokowane."


def require_switch(present: object, *, active: bool) -> None:
    """Refuse to block or unblock an account that is so already."""
    if bool(present) == active:
        raise SwitchedAlready(active=active)
