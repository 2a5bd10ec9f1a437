-- Attempts that are counted, passwords set anew by a token, the device of a session.

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

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "password_reset" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE user_session ADD COLUMN device VARCHAR(200);
