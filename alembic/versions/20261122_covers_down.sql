SET ROLE asysta_owner;

CREATE OR REPLACE FUNCTION app.granted_families() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT g.family_id FROM public.access_grant g
     WHERE g.centre_id = app.centre() AND g.account_id = app.account()
       AND g.valid_from <= app.today() AND (g.valid_to IS NULL OR g.valid_to > app.today());
END;

CREATE OR REPLACE FUNCTION app.own_districts() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT d.district_id FROM public.district_worker d
      JOIN public.account a ON a.centre_id = d.centre_id AND a.id = d.account_id
     WHERE d.centre_id = app.centre() AND d.account_id = app.account()
       AND 'social_worker' = ANY (a.roles)
       AND d.valid_from <= app.today() AND (d.valid_to IS NULL OR d.valid_to > app.today());
END;

CREATE OR REPLACE FUNCTION app.enter(centre uuid, account uuid, session uuid, roles text[], today date,
                          request uuid, operation text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    PERFORM set_config('app.centre', centre::text, true),
            set_config('app.account', coalesce(account::text, ''), true),
            set_config('app.request', request::text, true),
            set_config('app.operation', operation, true),
            set_config('app.today', today::text, true),
            set_config('app.families', '', true), set_config('app.districts', '', true),
            set_config('app.given', '', true),
            set_config('app.sees_all',
                       CASE WHEN account IS NULL OR roles && '{manager,families:read}' THEN 'yes' ELSE '' END,
                       true);
    IF account IS NULL THEN
        RETURN 'ok';
    END IF;
    SELECT CASE
             WHEN s.ended_at IS NOT NULL OR s.expires_at <= now() THEN 'session_ended'
             WHEN NOT a.active THEN 'account_inactive'
             WHEN NOT enter.roles <@ a.roles THEN 'roles_changed'
             WHEN NOT EXISTS (
                 SELECT FROM public.data_authorisation d
                  WHERE d.centre_id = a.centre_id AND d.account_id = a.id AND d.valid_from <= enter.today
                    AND (d.valid_to IS NULL OR d.valid_to >= enter.today)) THEN 'no_data_authorisation'
             WHEN EXISTS (
                 SELECT FROM public.staff_profile p
                  WHERE p.centre_id = a.centre_id AND p.id = a.id AND p.state = 'suspended'
                    AND p.suspended_from <= enter.today) THEN 'suspended'
             ELSE 'ok' END
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
    IF NOT app.sees_all() THEN
        PERFORM app.look_around();
    END IF;
    RETURN 'ok';
END $$;

CREATE OR REPLACE FUNCTION app.note_reading(family uuid, subject text, subject_id uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'read', subject, subject_id, family);
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION app.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    new_row jsonb := to_jsonb(NEW);
    old_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, changed)
    VALUES (NEW.centre_id, app.account(), app.request(), current_setting('app.operation', true),
            lower(TG_OP), TG_TABLE_NAME, NEW.id,
            CASE WHEN TG_TABLE_NAME = 'family' THEN NEW.id ELSE (new_row ->> 'family_id')::uuid END,
            CASE WHEN TG_OP = 'UPDATE' THEN
                ARRAY(SELECT n.key FROM jsonb_each(new_row) n
                       WHERE n.key <> 'version' AND n.value IS DISTINCT FROM old_row -> n.key
                       ORDER BY n.key) END);
    RETURN NULL;
END $$;

DROP FUNCTION app.on_behalf_of(uuid), app.rights(), app.served_districts(), app.role_of(text),
    app.cover_days(uuid[]), app.acting_for(), app.roles();

-- The places that were taken under a cover go with it: the families keep those of their own worker.
ALTER TABLE place NO FORCE ROW LEVEL SECURITY;
DELETE FROM place WHERE cover_id IS NOT NULL;
ALTER TABLE place FORCE ROW LEVEL SECURITY;
ALTER TABLE place DROP CONSTRAINT place_taken, DROP COLUMN period, DROP COLUMN cover_id;

ALTER TABLE place ADD COLUMN period daterange GENERATED ALWAYS AS (nullif(daterange(starts_on, ends_on), 'empty')) STORED;

ALTER TABLE place ADD CONSTRAINT place_taken UNIQUE (centre_id, worker_id, duty, slot, period WITHOUT OVERLAPS) DEFERRABLE INITIALLY IMMEDIATE;

DROP TABLE cover;

ALTER TABLE audit_entry DROP COLUMN on_behalf_of;

ALTER TABLE centre_settings DROP COLUMN workers_set_own_cover, DROP COLUMN covered_families_count;

RESET ROLE;
