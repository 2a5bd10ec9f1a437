-- Second factors, the roles of which a centre demands one, sessions that may only enrol.

CREATE TABLE recovery_code (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	account_id UUID NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_recovery_code PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_recovery_code_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT uq_recovery_code_hash UNIQUE (centre_id, code_hash), 
	CONSTRAINT fk_recovery_code_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_recovery_code_account ON recovery_code (centre_id, account_id);

CREATE TABLE second_factor (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	secret VARCHAR NOT NULL, 
	confirmed_at TIMESTAMP WITH TIME ZONE, 
	last_step INTEGER NOT NULL, 
	CONSTRAINT pk_second_factor PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_second_factor_centre_id_id FOREIGN KEY(centre_id, id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_second_factor_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

ALTER TABLE "recovery_code" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "recovery_code" FORCE ROW LEVEL SECURITY;

CREATE POLICY recovery_code_select ON "recovery_code" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY recovery_code_insert ON "recovery_code" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY recovery_code_update ON "recovery_code" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "recovery_code" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "recovery_code" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "recovery_code" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'code_hash');

ALTER TABLE "second_factor" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "second_factor" FORCE ROW LEVEL SECURITY;

CREATE POLICY second_factor_select ON "second_factor" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY second_factor_insert ON "second_factor" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY second_factor_update ON "second_factor" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "second_factor" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "second_factor" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "second_factor" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'secret');

ALTER TABLE user_session ADD COLUMN enrol_only BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE user_session ALTER COLUMN enrol_only DROP DEFAULT;

ALTER TABLE centre_settings ADD COLUMN second_factor_roles TEXT[] NOT NULL DEFAULT '{}';

ALTER TABLE centre_settings ALTER COLUMN second_factor_roles DROP DEFAULT;

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
             WHEN s.enrol_only AND enter.operation NOT IN
                  ('show_me', 'sign_out', 'show_second_factor', 'begin_second_factor', 'confirm_second_factor')
                 THEN 'second_factor_missing'
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
