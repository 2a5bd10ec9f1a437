-- As it was before: whoever had a second factor signs in by password alone.

CREATE OR REPLACE FUNCTION app.enter(centre uuid, account uuid, session uuid, roles text[], today date,
                          request uuid, operation text, at timestamptz DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    PERFORM set_config('app.centre', centre::text, true),
            set_config('app.account', coalesce(account::text, ''), true),
            set_config('app.request', request::text, true),
            set_config('app.operation', operation, true),
            set_config('app.today', today::text, true),
            set_config('app.roles', roles::text, true),
            set_config('app.acting_for', '', true),
            set_config('app.now', coalesce(at::text, ''), true),
            set_config('app.emergencies', '', true),
            set_config('app.families', '', true), set_config('app.districts', '', true),
            set_config('app.given', '', true),
            set_config('app.sees_all',
                       CASE WHEN account IS NULL OR roles && '{manager,families:read}'
                                 AND NOT 'administrator' = ANY (roles) THEN 'yes' ELSE '' END, true);
    IF account IS NULL THEN
        RETURN 'ok';
    END IF;
    SELECT CASE
             WHEN s.ended_at IS NOT NULL OR s.expires_at <= now() THEN 'session_ended'
             WHEN NOT a.active THEN 'account_inactive'
             WHEN NOT enter.roles <@ a.roles THEN 'roles_changed'
             ELSE app.may_work(a.centre_id, a.id, enter.today) END
      INTO standing
      FROM public.user_session s
      JOIN public.account a ON a.centre_id = s.centre_id AND a.id = s.account_id
     WHERE s.centre_id = enter.centre AND s.id = enter.session AND s.account_id = enter.account;
    IF standing IS NULL THEN
        standing := app.client_standing(centre, account, session, roles, today);
    END IF;
    IF standing IS DISTINCT FROM 'ok' THEN
        PERFORM set_config('app.centre', '', true), set_config('app.sees_all', '', true);
        RETURN coalesce(standing, 'session_ended');
    END IF;
    PERFORM set_config('app.acting_for', (ARRAY[enter.account] || ARRAY(
        SELECT c.absent_id FROM public.cover c
          JOIN public.staff_profile x ON x.centre_id = c.centre_id AND x.id = c.absent_id
         WHERE c.centre_id = enter.centre AND c.covering_id = enter.account
           AND c.starts_on <= enter.today AND c.ends_on > enter.today
           AND x.state <> 'ended'))::text, true);
    IF NOT app.sees_all() THEN
        PERFORM app.look_around();
    END IF;
    PERFORM app.see_emergencies();
    RETURN 'ok';
END $$;

DROP TABLE recovery_code;

DROP TABLE second_factor;

ALTER TABLE user_session DROP COLUMN enrol_only;

ALTER TABLE centre_settings DROP COLUMN second_factor_roles;
