-- Administrators; attempts that are counted; passwords set anew by a token; the device of a session.

CREATE FUNCTION app.keeps_accounts() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce('administrator' = ANY (app.roles()), false);

CREATE FUNCTION app.may_work(centre uuid, account uuid, today date) RETURNS text LANGUAGE sql STABLE
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
    RETURN 'ok';
END $$;

ALTER TABLE account ADD CONSTRAINT ck_account_administrator_alone
    CHECK (NOT 'administrator' = ANY (roles) OR cardinality(roles) = 1);

CREATE TABLE attempt (
	centre_id UUID NOT NULL, 
	key VARCHAR(64) NOT NULL, 
	failures INTEGER NOT NULL, 
	free_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_attempt PRIMARY KEY (centre_id, key)
);

CREATE INDEX ix_attempt_free_at ON attempt (centre_id, free_at);

CREATE TABLE password_reset (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	account_id UUID NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_password_reset PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_password_reset_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT uq_password_reset_hash UNIQUE (centre_id, token_hash), 
	CONSTRAINT fk_password_reset_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_password_reset_account ON password_reset (centre_id, account_id);

ALTER TABLE "attempt" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "attempt" FORCE ROW LEVEL SECURITY;

CREATE POLICY attempt_select ON "attempt" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY attempt_insert ON "attempt" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY attempt_update ON "attempt" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY attempt_delete ON "attempt" FOR DELETE USING (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE, DELETE ON "attempt" TO asysta_app;

ALTER TABLE "password_reset" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "password_reset" FORCE ROW LEVEL SECURITY;

CREATE POLICY password_reset_select ON "password_reset" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY password_reset_insert ON "password_reset" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY password_reset_update ON "password_reset" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "password_reset" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "password_reset" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "password_reset" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'token_hash');

ALTER TABLE user_session ADD COLUMN device VARCHAR(200);

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "user_session" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'device');
