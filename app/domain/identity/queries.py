"""How accounts, sessions and refresh tokens are found."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlmodel import col

from app.db.session import NotEntered
from app.db.views import Key, Many, View
from app.domain.act import Act
from app.domain.identity.rules import RESET_HOURS
from app.domain.identity.tables import Account, PasswordReset, RefreshToken, UserSession


def person(column: str) -> str:
    """Select a person of the centre by the id in a column, as views show people everywhere."""
    return (
        "(SELECT json_build_object('id', who.id, 'full_name', who.full_name) FROM account who"
        f" WHERE who.centre_id = app.centre() AND who.id = {column})"
    )


def can_act(account: str) -> str:
    """Tell of an account, by its alias, whether its person can do anything today.

    Blocked (C9), without a data authorisation (K3), not admitted (J1, C8) or suspended (C10): not.
    """
    may = f"app.may_work({account}.centre_id, {account}.id, app.today())"
    return f"({account}.active AND {may} = 'ok')"


CENTRE_ID = View("SELECT id::text FROM centre WHERE code = :code::text")
CENTRE_KNOWN = View("SELECT id::text FROM centre WHERE id = :id::uuid")

ME = View(
    """
    SELECT row_to_json(r) FROM (
      SELECT a.id, a.login, a.full_name, a.roles,
             (SELECT row_to_json(c) FROM (SELECT id, code, name FROM centre
               WHERE id = a.centre_id) c) AS centre,
             (SELECT row_to_json(d) FROM (
               SELECT number, valid_from, valid_to, undertaking_signed_on FROM data_authorisation d
                WHERE d.account_id = a.id AND d.valid_from <= app.today()
                  AND (d.valid_to IS NULL OR d.valid_to >= app.today())
                ORDER BY d.valid_from DESC LIMIT 1) d) AS data_authorisation
        FROM account a WHERE a.centre_id = app.centre() AND a.id = app.account()) r
    """
)


_LIVE = """
    SELECT s.id, s.version, s.device, app.z(s.created_at) AS started_at, app.z(s.expires_at)
           AS expires_at, s.id = :session::uuid AS this_session,
           app.z(coalesce((SELECT max(t.created_at) FROM refresh_token t
                            WHERE t.centre_id = s.centre_id AND t.session_id = s.id),
                          s.created_at)) AS last_used_at
      FROM user_session s
     WHERE s.centre_id = app.centre() AND s.ended_at IS NULL AND s.expires_at > now()
       AND s.account_id = """
_LATEST = (Key("s.id", "uuid"),)
MY_SESSIONS = Many(f"{_LIVE} app.account()", _LATEST, descending=True)
SESSIONS = Many(
    f"{_LIVE} :of::uuid", _LATEST, descending=True, within="account a WHERE a.id = :of::uuid"
)
_OWN_WORDS = text(
    "SELECT ARRAY[a.login, a.full_name, c.code, c.name] FROM account a"
    " JOIN centre c ON c.id = a.centre_id WHERE a.centre_id = app.centre() AND a.id = :id"
)
_CENTRE_WORDS = text("SELECT ARRAY[code, name] FROM centre WHERE id = app.centre()")
_MAY_WORK = text("SELECT app.may_work(app.centre(), :account, app.today())")


async def own_words(act: Act, account_id: UUID) -> list[str]:
    """Return what a person's password must not be made of: login, names, the centre's."""
    found: list[str] = (await act.session.execute(_OWN_WORDS, {"id": account_id})).scalar_one()
    return found


async def centre_words(act: Act) -> list[str]:
    """Return the words of the centre, for the password of somebody new."""
    found: list[str] = (await act.session.execute(_CENTRE_WORDS)).scalar_one()
    return found


async def require_may_work(act: Act, account_id: UUID) -> None:
    """Refuse as the next request would be refused: without an authorisation (K3), suspended."""
    standing = (await act.session.execute(_MAY_WORK, {"account": account_id})).scalar_one()
    if standing != "ok":
        raise NotEntered(standing)


async def end_sessions(act: Act, account_id: UUID, kept: UUID | None) -> None:
    """End every session of an account but one."""
    query = (
        update(UserSession)
        .where(
            col(UserSession.centre_id) == act.actor.centre_id,
            col(UserSession.account_id) == account_id,
            col(UserSession.ended_at).is_(None),
        )
        .values(ended_at=act.now)
        .execution_options(synchronize_session=False)
    )
    await act.session.execute(query.where(col(UserSession.id) != kept) if kept else query)


async def lock_reset(act: Act, token_hash: str) -> PasswordReset | None:
    """Return a reset by its token's hash, locked: two uses at once can't both be the first."""
    query = select(PasswordReset).where(
        col(PasswordReset.centre_id) == act.actor.centre_id,
        col(PasswordReset.token_hash) == token_hash,
    )
    return (await act.session.execute(query.with_for_update())).scalar_one_or_none()


async def last_reset_by(act: Act, account_id: UUID, keeper_id: UUID) -> datetime | None:
    """Return when somebody last took an account's password away, by the application's clock."""
    query = select(func.max(col(PasswordReset.expires_at))).where(
        col(PasswordReset.centre_id) == act.actor.centre_id,
        col(PasswordReset.account_id) == account_id,
        col(PasswordReset.created_by) == keeper_id,
    )
    ends: datetime | None = (await act.session.execute(query)).scalar_one_or_none()
    return ends - timedelta(hours=RESET_HOURS) if ends else None


_HAS_MANAGER = text(
    "SELECT EXISTS (SELECT FROM account a"
    " JOIN staff_profile p ON p.centre_id = a.centre_id AND p.id = a.id"
    " WHERE a.centre_id = app.centre() AND 'manager' = ANY (a.roles)"
    " AND p.state IN ('active', 'suspended'))"
)


async def has_manager(act: Act) -> bool:
    """Tell whether the centre has a manager, one who is blocked or suspended included."""
    return bool((await act.session.execute(_HAS_MANAGER)).scalar_one())


async def void_resets(act: Act, account_id: UUID) -> None:
    """Make every earlier reset of an account useless."""
    query = update(PasswordReset).where(
        col(PasswordReset.centre_id) == act.actor.centre_id,
        col(PasswordReset.account_id) == account_id,
        col(PasswordReset.used_at).is_(None),
    )
    unsynchronised = query.execution_options(synchronize_session=False)
    await act.session.execute(unsynchronised.values(used_at=act.now))


async def find_account(act: Act, login: str) -> Account | None:
    """Return the account with a login in this centre."""
    query = select(Account).where(col(Account.login) == login)
    return (await act.session.execute(query)).scalar_one_or_none()


async def lock_refresh_token(act: Act, token_hash: str) -> RefreshToken | None:
    """Return a refresh token by its hash, locked: two uses at once can't both be the first."""
    query = select(RefreshToken).where(col(RefreshToken.token_hash) == token_hash)
    return (await act.session.execute(query.with_for_update())).scalar_one_or_none()
