SET ROLE asysta_owner;

CREATE FUNCTION app.retention_end(closed_on date, years integer) RETURNS date LANGUAGE sql
IMMUTABLE PARALLEL SAFE STRICT
RETURN make_date(extract(year FROM closed_on)::int + years + 1, 1, 1);

-- The owner is held by row security as well: for this transaction it sees all centres.
ALTER TABLE family_case NO FORCE ROW LEVEL SECURITY;
ALTER TABLE interview NO FORCE ROW LEVEL SECURITY;
ALTER TABLE referral_decision NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY;

-- The audit notes each of these changes, as one of the system.
SELECT set_config('app.operation', 'migrate', true);

UPDATE family_case
   SET closed_on = known.day
  FROM (SELECT c.centre_id, c.id, coalesce(
               CASE WHEN c.state = 'no_need' THEN
                   (SELECT max(i.done_on) FROM interview i WHERE i.centre_id = c.centre_id
                       AND i.case_id = c.id AND i.family_id = c.family_id)
               ELSE
                   (SELECT max(d.decided_on) FROM referral_decision d WHERE d.centre_id = c.centre_id
                       AND d.case_id = c.id AND d.family_id = c.family_id AND d.kind = c.state)
               END,
               (SELECT (max(e.at) AT TIME ZONE 'Europe/Warsaw')::date FROM audit_entry e
                 WHERE e.centre_id = c.centre_id AND e.family_id = c.family_id
                   AND e.subject = 'family_case' AND e.subject_id = c.id
                   AND 'state' = ANY (e.changed))) AS day
          FROM family_case c
         WHERE c.state IN ('no_need', 'refused', 'redirected') AND c.closed_on IS NULL) known
 WHERE family_case.centre_id = known.centre_id AND family_case.id = known.id
   AND known.day IS NOT NULL;

SELECT set_config('app.operation', '', true);

ALTER TABLE family_case FORCE ROW LEVEL SECURITY;
ALTER TABLE interview FORCE ROW LEVEL SECURITY;
ALTER TABLE referral_decision FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;

RESET ROLE;
