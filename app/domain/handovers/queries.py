"""Which cases have no social worker who is there for them."""

from app.domain.cases.rules import ENDED
from app.domain.identity.queries import can_act

_ENDED = ", ".join(f"'{state}'" for state in sorted(ENDED))
# Who can't act on their cases today, and whose cover can't either; nobody covers who works here no
# longer (2.5a).
_AWAY = f"""(SELECT a.id, NOT coalesce('social_worker' = ANY (a.roles) AND ({can_act("a")}
       OR EXISTS (SELECT FROM cover v
         JOIN staff_profile p ON p.centre_id = v.centre_id AND p.id = v.absent_id
         JOIN account k ON k.centre_id = v.centre_id AND k.id = v.covering_id
        WHERE v.centre_id = a.centre_id AND v.absent_id = a.id AND v.starts_on <= app.today()
          AND v.ends_on > app.today() AND p.state <> 'ended' AND {can_act("k")})), false)
    AS away
  FROM account a WHERE a.centre_id = app.centre() OFFSET 0) w"""
# B12: they serve the family's district, or the case was given to them all the same and they have
# not given the district up since. A right with an end is left over from before the family moved.
_IN_CHARGE = """EXISTS (SELECT FROM district_worker d WHERE d.centre_id = c.centre_id
     AND d.account_id = c.social_worker_id AND d.district_id = f.district_id
     AND d.valid_from <= app.today() AND (d.valid_to IS NULL OR d.valid_to > app.today()))
 OR EXISTS (SELECT FROM access_grant g WHERE g.centre_id = c.centre_id
     AND g.account_id = c.social_worker_id AND g.family_id = c.family_id
     AND g.reason IN ('recorded', 'casework') AND g.valid_to IS NULL
     AND NOT EXISTS (SELECT FROM district_worker d WHERE d.centre_id = c.centre_id
         AND d.account_id = c.social_worker_id AND d.district_id = f.district_id
         AND d.valid_to > g.valid_from))"""
# Live cases `c` of families `f` whose social worker `w` is away or no longer in charge (B12).
LEFT_ALONE = f"""family_case c
      JOIN family f ON f.centre_id = c.centre_id AND f.id = c.family_id
      JOIN {_AWAY} ON w.id = c.social_worker_id
     WHERE c.state NOT IN ({_ENDED}) AND (w.away OR NOT ({_IN_CHARGE}))"""
