-- Linked identities, and sign-ins that wait for the provider.

SET ROLE asysta_owner;

CREATE TABLE federated_sign_in (
    centre_id UUID NOT NULL,
    id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID DEFAULT app.account(),
    version INTEGER DEFAULT 1 NOT NULL,
    state_hash VARCHAR(64) NOT NULL,
    browser_hash VARCHAR(64) NOT NULL,
    nonce VARCHAR(64) NOT NULL,
    verifier VARCHAR(128) NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_federated_sign_in PRIMARY KEY (centre_id, id),
    CONSTRAINT uq_federated_sign_in_state UNIQUE (centre_id, state_hash),
    CONSTRAINT fk_federated_sign_in_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_federated_sign_in_expiry ON federated_sign_in (centre_id, expires_at);

CREATE TABLE linked_identity (
    centre_id UUID NOT NULL,
    id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_by UUID DEFAULT app.account(),
    version INTEGER DEFAULT 1 NOT NULL,
    issuer VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    account_id UUID NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_linked_identity PRIMARY KEY (centre_id, id),
    CONSTRAINT fk_linked_identity_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id),
    CONSTRAINT fk_linked_identity_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_linked_identity_account ON linked_identity (centre_id, account_id);

CREATE UNIQUE INDEX linked_account_once ON linked_identity (centre_id, account_id, issuer) WHERE removed_at IS NULL;

CREATE UNIQUE INDEX linked_identity_once ON linked_identity (centre_id, issuer, subject) WHERE removed_at IS NULL;

ALTER TABLE "federated_sign_in" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "federated_sign_in" FORCE ROW LEVEL SECURITY;

CREATE POLICY federated_sign_in_select ON "federated_sign_in" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY federated_sign_in_insert ON "federated_sign_in" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY federated_sign_in_update ON "federated_sign_in" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "federated_sign_in" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "federated_sign_in" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

ALTER TABLE "linked_identity" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "linked_identity" FORCE ROW LEVEL SECURITY;

CREATE POLICY linked_identity_select ON "linked_identity" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY linked_identity_insert ON "linked_identity" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY linked_identity_update ON "linked_identity" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "linked_identity" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "linked_identity" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "linked_identity" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'subject');

RESET ROLE;
