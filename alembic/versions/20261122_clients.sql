-- Machine clients: their rows, and their way into a scope.

SET ROLE asysta_owner;

CREATE TABLE api_client (
    centre_id UUID NOT NULL,
    id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID DEFAULT app.account(),
    version INTEGER DEFAULT 1 NOT NULL,
    name VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    operator VARCHAR NOT NULL,
    agreement_ref VARCHAR NOT NULL,
    agreed_on DATE NOT NULL,
    expires_on DATE NOT NULL,
    scopes TEXT[] NOT NULL,
    active BOOLEAN NOT NULL,
    CONSTRAINT pk_api_client PRIMARY KEY (centre_id, id),
    CONSTRAINT fk_api_client_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE UNIQUE INDEX api_client_name_taken ON api_client (centre_id, name) WHERE active;

CREATE TABLE client_secret (
    centre_id UUID NOT NULL,
    id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID DEFAULT app.account(),
    version INTEGER DEFAULT 1 NOT NULL,
    client_id UUID NOT NULL,
    secret_hash VARCHAR(64) NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_client_secret PRIMARY KEY (centre_id, id),
    CONSTRAINT fk_client_secret_centre_id_client_id FOREIGN KEY(centre_id, client_id) REFERENCES api_client (centre_id, id),
    CONSTRAINT fk_client_secret_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_client_secret_client ON client_secret (centre_id, client_id);

CREATE FUNCTION app.client_standing(centre uuid, client uuid, secret uuid, scopes text[], today date)
RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE
             WHEN s.revoked_at IS NOT NULL OR NOT c.active OR c.expires_on < client_standing.today
                 THEN 'client_over'
             WHEN NOT client_standing.scopes <@ c.scopes THEN 'scopes_changed'
             ELSE 'ok' END
      FROM public.client_secret s
      JOIN public.api_client c ON c.centre_id = s.centre_id AND c.id = s.client_id
     WHERE s.centre_id = client_standing.centre AND s.id = client_standing.secret
       AND s.client_id = client_standing.client;
END;

ALTER TABLE "api_client" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "api_client" FORCE ROW LEVEL SECURITY;

CREATE POLICY api_client_select ON "api_client" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY api_client_insert ON "api_client" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY api_client_update ON "api_client" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "api_client" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "api_client" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "api_client" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "client_secret" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "client_secret" FORCE ROW LEVEL SECURITY;

CREATE POLICY client_secret_select ON "client_secret" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY client_secret_insert ON "client_secret" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY client_secret_update ON "client_secret" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "client_secret" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "client_secret" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "client_secret" FOR EACH ROW EXECUTE FUNCTION app.note_change();

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

RESET ROLE;
