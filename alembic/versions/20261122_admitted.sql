SET ROLE asysta_owner;

CREATE OR REPLACE FUNCTION app.may_work(centre uuid, account uuid, today date) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE
             WHEN NOT EXISTS (
                 SELECT FROM public.data_authorisation d
                  WHERE d.centre_id = may_work.centre AND d.account_id = may_work.account
                    AND d.valid_from <= may_work.today
                    AND (d.valid_to IS NULL OR d.valid_to >= may_work.today)) THEN 'no_data_authorisation'
             ELSE coalesce((
                 SELECT CASE
                          WHEN p.state = 'active' OR p.suspended_from > may_work.today THEN 'ok'
                          WHEN p.state = 'suspended' THEN 'suspended'
                          ELSE 'not_admitted' END
                   FROM public.staff_profile p
                  WHERE p.centre_id = may_work.centre AND p.id = may_work.account), 'not_admitted') END;
END;

-- Whoever's account it is reads what was done to it.
ALTER POLICY office_event_select ON "office_event" USING (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all()) OR subject_id = (SELECT app.account())));
-- The office's own events are few: writes wait for less than a moment.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_office_event_opened ON office_event (centre_id, on_date) WHERE type IN ('password_reset', 'second_factor_removed');

RESET ROLE;
