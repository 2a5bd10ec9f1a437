SET ROLE asysta_owner;

CREATE OR REPLACE FUNCTION app.may_work(centre uuid, account uuid, today date) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE
             WHEN NOT EXISTS (
                 SELECT FROM public.data_authorisation d
                  WHERE d.centre_id = may_work.centre AND d.account_id = may_work.account
                    AND d.valid_from <= may_work.today
                    AND (d.valid_to IS NULL OR d.valid_to >= may_work.today)) THEN 'no_data_authorisation'
             WHEN EXISTS (
                 SELECT FROM public.staff_profile p
                  WHERE p.centre_id = may_work.centre AND p.id = may_work.account
                    AND p.state = 'suspended' AND p.suspended_from <= may_work.today) THEN 'suspended'
             ELSE 'ok' END;
END;

DROP INDEX ix_office_event_opened;
ALTER POLICY office_event_select ON "office_event" USING (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

RESET ROLE;
