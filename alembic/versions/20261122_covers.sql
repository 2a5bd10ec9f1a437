SET ROLE asysta_owner;

CREATE FUNCTION app.roles() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.roles', true), '')::text[];

CREATE FUNCTION app.acting_for() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.acting_for', true), '')::uuid[];

CREATE TABLE cover (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	absent_id UUID NOT NULL, 
	covering_id UUID NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	note VARCHAR, 
	override_reason VARCHAR, 
	takes_places BOOLEAN NOT NULL, 
	ended_early BOOLEAN NOT NULL, 
	CONSTRAINT pk_cover PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_cover_centre_id_absent_id FOREIGN KEY(centre_id, absent_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_cover_centre_id_covering_id FOREIGN KEY(centre_id, covering_id) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_cover_another CHECK (absent_id <> covering_id), 
	CONSTRAINT ck_cover_period CHECK (ends_on >= starts_on), 
	CONSTRAINT fk_cover_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_cover_absence_reason CHECK (reason IN ('leave', 'sickness', 'art13', 'other'))
);

CREATE INDEX ix_cover_absent ON cover (centre_id, absent_id, starts_on);

CREATE INDEX ix_cover_covering ON cover (centre_id, covering_id, ends_on);

ALTER TABLE cover ADD CONSTRAINT cover_one_at_a_time EXCLUDE USING gist (centre_id WITH =, absent_id WITH =, daterange(starts_on, ends_on) WITH &&);

ALTER TABLE audit_entry ADD COLUMN on_behalf_of UUID;

ALTER TABLE centre_settings ADD COLUMN workers_set_own_cover BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN covered_families_count BOOLEAN NOT NULL DEFAULT true;

ALTER TABLE centre_settings ALTER COLUMN workers_set_own_cover DROP DEFAULT,
    ALTER COLUMN covered_families_count DROP DEFAULT;

-- The generated column stands last, as in the catalogue.
ALTER TABLE place DROP CONSTRAINT place_taken, DROP COLUMN period;

ALTER TABLE place ADD COLUMN cover_id UUID,
    ADD CONSTRAINT fk_place_centre_id_cover_id FOREIGN KEY(centre_id, cover_id) REFERENCES cover (centre_id, id);

CREATE INDEX ix_place_cover ON place (centre_id, cover_id);

ALTER TABLE place ADD COLUMN period daterange GENERATED ALWAYS AS (nullif(daterange(starts_on, ends_on), 'empty')) STORED;

ALTER TABLE place ADD CONSTRAINT place_taken UNIQUE (centre_id, worker_id, duty, slot, period WITHOUT OVERLAPS) DEFERRABLE INITIALLY IMMEDIATE;

CREATE FUNCTION app.role_of(reason text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN reason IN ('recorded', 'casework') THEN 'social_worker'
            WHEN reason = 'placement' THEN 'foster_care_coordinator' ELSE 'assistant' END;

CREATE FUNCTION app.rights() RETURNS TABLE (account_id uuid, family_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT g.account_id, g.family_id FROM public.access_grant g
     WHERE g.centre_id = app.centre() AND g.account_id = ANY (app.acting_for())
       AND g.valid_from <= app.today() AND (g.valid_to IS NULL OR g.valid_to > app.today())
       AND app.role_of(g.reason) = ANY (app.roles())
       AND (g.account_id = app.account() OR EXISTS (
             SELECT FROM public.account a WHERE a.centre_id = g.centre_id AND a.id = g.account_id
                AND app.role_of(g.reason) = ANY (a.roles)));
END;

CREATE OR REPLACE FUNCTION app.granted_families() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT r.family_id FROM app.rights() r;
END;

CREATE FUNCTION app.served_districts() RETURNS TABLE (account_id uuid, district_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT d.account_id, d.district_id FROM public.district_worker d
      JOIN public.account a ON a.centre_id = d.centre_id AND a.id = d.account_id
     WHERE d.centre_id = app.centre() AND d.account_id = ANY (app.acting_for())
       AND 'social_worker' = ANY (a.roles) AND 'social_worker' = ANY (app.roles())
       AND d.valid_from <= app.today() AND (d.valid_to IS NULL OR d.valid_to > app.today());
END;

CREATE OR REPLACE FUNCTION app.own_districts() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT d.district_id FROM app.served_districts() d;
END;

CREATE FUNCTION app.on_behalf_of(family uuid) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF family IS NULL OR app.sees_all() OR coalesce(cardinality(app.acting_for()), 0) < 2 THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT nullif(w.account_id, app.account())
          FROM (SELECT r.account_id FROM app.rights() r WHERE r.family_id = family
                 UNION ALL
                SELECT d.account_id FROM app.served_districts() d
                  JOIN public.family f ON f.centre_id = app.centre() AND f.district_id = d.district_id
                 WHERE f.id = family) w
         ORDER BY w.account_id = app.account() DESC, w.account_id LIMIT 1);
END $$;

CREATE FUNCTION app.cover_days(people uuid[])
RETURNS TABLE (id uuid, absent_id uuid, covering_id uuid, starts_on date, ends_on date, takes_places boolean)
LANGUAGE plpgsql ROWS 5 AS $$
#variable_conflict use_column
DECLARE
    before text := current_setting('app.sees_all', true);
BEGIN
PERFORM set_config('app.sees_all', 'yes', true);
RETURN QUERY SELECT c.id, c.absent_id, c.covering_id, c.starts_on, c.ends_on, c.takes_places
  FROM public.cover c
 WHERE c.centre_id = app.centre() AND c.ends_on > app.today() AND c.ends_on > c.starts_on
   AND (c.absent_id = ANY (people) OR c.covering_id = ANY (people))
 ORDER BY c.starts_on, c.id;
PERFORM set_config('app.sees_all', coalesce(before, ''), true);
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
            set_config('app.roles', roles::text, true),
            set_config('app.acting_for', '', true),
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
    PERFORM set_config('app.acting_for', (ARRAY[enter.account] || ARRAY(
        SELECT c.absent_id FROM public.cover c
          JOIN public.staff_profile x ON x.centre_id = c.centre_id AND x.id = c.absent_id
         WHERE c.centre_id = enter.centre AND c.covering_id = enter.account
           AND c.starts_on <= enter.today AND c.ends_on > enter.today
           AND x.state <> 'ended'))::text, true);
    IF NOT app.sees_all() THEN
        PERFORM app.look_around();
    END IF;
    RETURN 'ok';
END $$;

CREATE OR REPLACE FUNCTION app.note_reading(family uuid, subject text, subject_id uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, on_behalf_of)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'read', subject, subject_id, family, app.on_behalf_of(family));
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION app.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    new_row jsonb := to_jsonb(NEW);
    old_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    family uuid := CASE WHEN TG_TABLE_NAME = 'family' THEN NEW.id ELSE (new_row ->> 'family_id')::uuid END;
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, on_behalf_of, changed)
    VALUES (NEW.centre_id, app.account(), app.request(), current_setting('app.operation', true),
            lower(TG_OP), TG_TABLE_NAME, NEW.id,
            family, app.on_behalf_of(family),
            CASE WHEN TG_OP = 'UPDATE' THEN
                ARRAY(SELECT n.key FROM jsonb_each(new_row) n
                       WHERE n.key <> 'version' AND n.value IS DISTINCT FROM old_row -> n.key
                       ORDER BY n.key) END);
    RETURN NULL;
END $$;

ALTER TABLE "cover" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "cover" FORCE ROW LEVEL SECURITY;

CREATE POLICY cover_select ON "cover" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR absent_id = (SELECT app.account()) OR covering_id = (SELECT app.account())));

CREATE POLICY cover_insert ON "cover" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR absent_id = (SELECT app.account())));

CREATE POLICY cover_update ON "cover" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR absent_id = (SELECT app.account()))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR absent_id = (SELECT app.account())));

GRANT SELECT, INSERT, UPDATE ON "cover" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "cover" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "cover" FOR EACH ROW EXECUTE FUNCTION app.note_change();

RESET ROLE;
