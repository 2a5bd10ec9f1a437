-- What a person may see is looked up on entering a scope; policies compare with it.
SET ROLE asysta_owner;

CREATE FUNCTION app.sees(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN strpos(current_setting('app.families', true), family::text) > 0;

CREATE FUNCTION app.was_given(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN strpos(current_setting('app.given', true), family::text) > 0;

CREATE FUNCTION app.serves(district uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN strpos(current_setting('app.districts', true), district::text) > 0;

CREATE FUNCTION app.look_around() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    districts uuid[] := ARRAY(SELECT d FROM app.own_districts() d);
    families uuid[] := ARRAY(SELECT g FROM app.granted_families() g);
BEGIN
    PERFORM set_config('app.districts', districts::text, true),
            set_config('app.given', families::text, true);
    IF districts <> '{}' THEN
        families := families || ARRAY(
            SELECT f.id FROM public.family f
             WHERE f.centre_id = app.centre() AND f.district_id = ANY (districts));
    END IF;
    PERFORM set_config('app.families', families::text, true);
END $$;

CREATE FUNCTION app.look_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT app.sees_all() THEN
        PERFORM app.look_around();
    END IF;
    RETURN NULL;
END $$;

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

-- One statement each, for every table of families: the new policies keep the old names.
DO $$ DECLARE p record; sees text; BEGIN
    FOR p IN SELECT tablename, policyname, cmd FROM pg_policies
              WHERE schemaname = 'public' AND concat(qual, with_check) LIKE '%app.sees_all()%' LOOP
        sees := 'centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR '
             || CASE WHEN p.tablename = 'family'
                THEN 'app.was_given(id) OR app.serves(district_id))' ELSE 'app.sees(family_id))' END;
        EXECUTE format('ALTER POLICY %I ON public.%I', p.policyname, p.tablename)
             || CASE WHEN p.cmd <> 'INSERT' THEN format(' USING (%s)', sees) ELSE '' END
             || CASE WHEN p.cmd <> 'SELECT' AND p.tablename <> 'family'
                THEN format(' WITH CHECK (%s)', sees) ELSE '' END;
    END LOOP;
END $$;

CREATE TRIGGER look_again AFTER INSERT OR UPDATE ON public.access_grant
    FOR EACH STATEMENT EXECUTE FUNCTION app.look_again();

CREATE TRIGGER look_again AFTER INSERT OR UPDATE ON public.district_worker
    FOR EACH STATEMENT EXECUTE FUNCTION app.look_again();

CREATE TRIGGER look_again AFTER INSERT OR UPDATE ON public.family
    FOR EACH STATEMENT EXECUTE FUNCTION app.look_again();

RESET ROLE;

-- down
SET ROLE asysta_owner;

DO $$ DECLARE p record; sees text; BEGIN
    FOR p IN SELECT tablename, policyname, cmd FROM pg_policies
              WHERE schemaname = 'public' AND concat(qual, with_check) LIKE '%app.sees_all()%' LOOP
        sees := 'centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR '
             || CASE WHEN p.tablename = 'family'
                THEN 'id IN (SELECT app.granted_families())'
                    ' OR district_id IN (SELECT app.own_districts()))'
                ELSE format('EXISTS (SELECT FROM family f WHERE f.centre_id = %1$I.centre_id'
                    ' AND f.id = %1$I.family_id))', p.tablename) END;
        EXECUTE format('ALTER POLICY %I ON public.%I', p.policyname, p.tablename)
             || CASE WHEN p.cmd <> 'INSERT' THEN format(' USING (%s)', sees) ELSE '' END
             || CASE WHEN p.cmd <> 'SELECT' AND p.tablename <> 'family'
                THEN format(' WITH CHECK (%s)', sees) ELSE '' END;
    END LOOP;
END $$;

DROP TRIGGER look_again ON public.family;

DROP TRIGGER look_again ON public.district_worker;

DROP TRIGGER look_again ON public.access_grant;

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
    RETURN 'ok';
END $$;

DROP FUNCTION app.look_again();

DROP FUNCTION app.look_around();

DROP FUNCTION app.serves(uuid);

DROP FUNCTION app.was_given(uuid);

DROP FUNCTION app.sees(uuid);

RESET ROLE;
