"""Sealing: keys of the centres, and the blind index that finds a PESEL.

Revision ID: 20261122_vault
Revises: 20261122_clients
"""

from pathlib import Path

from app.db.migrate import run

revision = "20261122_vault"
down_revision = "20261122_clients"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")
_FOUNDATION = _SQL.with_name("20261122_foundation.sql")
_SEARCH = "app.find_families(words text[], pesel text, born_on date, phone text)"


def upgrade() -> None:
    """Make room for keys and tokens."""
    run(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take the room away again; refused where something is sealed, because it would be lost."""
    run(
        """
        DO $$ BEGIN
          IF EXISTS (SELECT FROM public.centre_key) THEN
            RAISE EXCEPTION 'sealed data can''t be read by the release before: restore a backup';
          END IF;
        END $$;
        DROP INDEX public.ix_person_pesel;
        DROP INDEX public.person_pesel_current;
        ALTER TABLE public.person DROP COLUMN pesel_index;
        CREATE INDEX ix_person_pesel ON public.person (centre_id, pesel);
        CREATE UNIQUE INDEX person_pesel_current ON public.person (centre_id, pesel)
         WHERE left_on IS NULL;
        ALTER TABLE public.assignment ALTER COLUMN override_reason TYPE varchar(2000);
        ALTER TABLE public.assignment ALTER COLUMN reason TYPE varchar(2000);
        ALTER TABLE public.assignment ALTER COLUMN handover_note TYPE varchar(20000);
        ALTER TABLE public.interview ALTER COLUMN need_reason TYPE varchar(2000);
        ALTER TABLE public.referral_decision ALTER COLUMN reason TYPE varchar(2000);
        ALTER TABLE public.staff_profile ALTER COLUMN end_reason TYPE varchar(2000);
        ALTER TABLE public.staff_suspension ALTER COLUMN lifted_reason TYPE varchar(2000);
        DROP TABLE public.centre_key;
        """
    )
    before = _FOUNDATION.read_text(encoding="utf-8").partition(_SEARCH)[2].partition("END $$")[0]
    run(f"CREATE OR REPLACE FUNCTION {_SEARCH}{before}END $$")
