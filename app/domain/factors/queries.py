"""How second factors are found, and whether one is demanded."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, text, update
from sqlmodel import col

from app.db.views import View
from app.domain.act import Act
from app.domain.factors.tables import RecoveryCode, SecondFactor

_DEMANDED = (
    "coalesce((SELECT s.second_factor_roles && {roles} FROM centre_settings s"
    " WHERE s.centre_id = app.centre() AND s.valid_from <= app.today()"
    " ORDER BY s.valid_from DESC LIMIT 1), false)"
)
_DEMANDS = text(f"SELECT {_DEMANDED.format(roles='CAST(:roles AS text[])')}")
MINE = View(
    f"""
    SELECT row_to_json(r) FROM (
      SELECT f.confirmed_at IS NOT NULL AS enrolled, app.z(f.confirmed_at) AS enrolled_at,
             {_DEMANDED.format(roles="a.roles")} AS demanded,
             (SELECT count(*) FROM recovery_code c WHERE c.centre_id = a.centre_id
                AND c.account_id = a.id AND c.used_at IS NULL) AS recovery_codes_left
        FROM account a LEFT JOIN second_factor f ON f.centre_id = a.centre_id AND f.id = a.id
       WHERE a.centre_id = app.centre() AND a.id = app.account()) r
    """
)


async def demanded_of(act: Act, roles: Iterable[str]) -> bool:
    """Tell whether the settings of today demand a second factor of one of these roles."""
    return bool((await act.session.execute(_DEMANDS, {"roles": list(roles)})).scalar_one())


async def lock_factor(act: Act, account_id: UUID) -> SecondFactor | None:
    """Return somebody's second factor, locked: two uses of a code at once can't both be first."""
    query = select(SecondFactor).where(
        col(SecondFactor.centre_id) == act.actor.centre_id, col(SecondFactor.id) == account_id
    )
    return (await act.session.execute(query.with_for_update())).scalar_one_or_none()


async def lock_recovery_code(act: Act, account_id: UUID, code_hash: str) -> RecoveryCode | None:
    """Return an unused recovery code by its hash, locked."""
    query = select(RecoveryCode).where(
        col(RecoveryCode.centre_id) == act.actor.centre_id,
        col(RecoveryCode.account_id) == account_id,
        col(RecoveryCode.code_hash) == code_hash,
        col(RecoveryCode.used_at).is_(None),
    )
    return (await act.session.execute(query.with_for_update())).scalar_one_or_none()


async def void_recovery_codes(act: Act, account_id: UUID) -> None:
    """Make the recovery codes of an account useless."""
    query = update(RecoveryCode).where(
        col(RecoveryCode.centre_id) == act.actor.centre_id,
        col(RecoveryCode.account_id) == account_id,
        col(RecoveryCode.used_at).is_(None),
    )
    unsynchronised = query.execution_options(synchronize_session=False)
    await act.session.execute(unsynchronised.values(used_at=act.now))
