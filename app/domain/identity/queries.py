"""How accounts, sessions and refresh tokens are found."""

from sqlalchemy import select
from sqlmodel import col

from app.db.views import View
from app.domain.act import Act
from app.domain.identity.tables import Account, RefreshToken


def person(column: str) -> str:
    """Select a person of the centre by the id in a column, as views show people everywhere."""
    return (
        "(SELECT json_build_object('id', who.id, 'full_name', who.full_name) FROM account who"
        f" WHERE who.centre_id = app.centre() AND who.id = {column})"
    )


CENTRE_ID = View("SELECT id::text FROM centre WHERE code = :code::text")

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


async def find_account(act: Act, login: str) -> Account | None:
    """Return the account with a login in this centre."""
    query = select(Account).where(col(Account.login) == login)
    return (await act.session.execute(query)).scalar_one_or_none()


async def lock_refresh_token(act: Act, token_hash: str) -> RefreshToken | None:
    """Return a refresh token by its hash, locked: two uses at once can't both be the first."""
    query = select(RefreshToken).where(col(RefreshToken.token_hash) == token_hash)
    return (await act.session.execute(query.with_for_update())).scalar_one_or_none()
