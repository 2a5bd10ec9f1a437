SET ROLE asysta_owner;

-- A closed list grows: every value that is there is on it, and it is made again at once.
ALTER TABLE office_event
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_office_event_office_event_type,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_office_event_office_event_type CHECK (type IN ('settings_changed', 'district_created', 'district_changed', 'district_given', 'district_taken', 'foster_family_registered', 'coordinator_appointed', 'coordination_ended', 'staff_created', 'staff_changed', 'qualifications_set', 'declarations_set', 'register_checked', 'training_recorded', 'data_access_given', 'data_access_ended', 'staff_activated', 'staff_suspended', 'staff_reinstated', 'staff_ended', 'account_deactivated', 'account_reactivated', 'sessions_ended', 'password_changed', 'password_reset', 'second_factor_set', 'second_factor_removed', 'identity_linked', 'identity_unlinked', 'client_registered', 'client_disabled', 'client_secret_issued', 'client_secret_revoked', 'webhook_registered', 'webhook_secret_issued', 'webhook_disabled', 'webhook_pinged', 'webhook_replayed', 'cover_set', 'cover_ended', 'data_notice_published', 'rights_request_received', 'rights_request_extended', 'rights_request_granted', 'rights_request_refused', 'destruction_proposed', 'destruction_approved', 'destruction_withdrawn', 'destruction_carried_on', 'access_sign_noted', 'access_sign_reviewed'));

CREATE TABLE webhook (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	client_id UUID NOT NULL, 
	url VARCHAR(1000) NOT NULL, 
	areas TEXT[] NOT NULL, 
	secret VARCHAR, 
	former_secret VARCHAR, 
	secret_since TIMESTAMP WITH TIME ZONE, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT pk_webhook PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_webhook_centre_id_client_id FOREIGN KEY(centre_id, client_id) REFERENCES api_client (centre_id, id), 
	CONSTRAINT fk_webhook_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_webhook_client ON webhook (centre_id, client_id);

CREATE TABLE webhook_delivery (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	webhook_id UUID NOT NULL, 
	event_id UUID NOT NULL, 
	type VARCHAR(64) NOT NULL, 
	place VARCHAR(200), 
	partition UUID NOT NULL, 
	happened_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	last_status INTEGER, 
	settled_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_webhook_delivery PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_webhook_delivery_centre_id_webhook_id FOREIGN KEY(centre_id, webhook_id) REFERENCES webhook (centre_id, id), 
	CONSTRAINT fk_webhook_delivery_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_webhook_delivery_delivery_state CHECK (state IN ('waiting', 'delivered', 'failed'))
);

CREATE INDEX ix_webhook_delivery_waiting ON webhook_delivery (centre_id, next_at, id) WHERE state = 'waiting';

CREATE UNIQUE INDEX webhook_told_once ON webhook_delivery (centre_id, webhook_id, event_id);

CREATE TABLE webhook_progress (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	since UUID NOT NULL, 
	planned UUID NOT NULL, 
	failing_since TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_webhook_progress PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_webhook_progress_centre_id_id FOREIGN KEY(centre_id, id) REFERENCES webhook (centre_id, id), 
	CONSTRAINT fk_webhook_progress_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

ALTER TABLE "webhook" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "webhook" FORCE ROW LEVEL SECURITY;

CREATE POLICY webhook_select ON "webhook" FOR SELECT USING (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

CREATE POLICY webhook_insert ON "webhook" FOR INSERT WITH CHECK (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

CREATE POLICY webhook_update ON "webhook" FOR UPDATE USING (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all()))) WITH CHECK (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

GRANT SELECT, INSERT, UPDATE ON "webhook" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "webhook" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "webhook" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'former_secret', 'secret');

ALTER TABLE "webhook_delivery" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "webhook_delivery" FORCE ROW LEVEL SECURITY;

CREATE POLICY webhook_delivery_select ON "webhook_delivery" FOR SELECT USING (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

CREATE POLICY webhook_delivery_insert ON "webhook_delivery" FOR INSERT WITH CHECK (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

CREATE POLICY webhook_delivery_update ON "webhook_delivery" FOR UPDATE USING (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all()))) WITH CHECK (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

GRANT SELECT, INSERT, UPDATE ON "webhook_delivery" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "webhook_delivery" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

ALTER TABLE "webhook_progress" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "webhook_progress" FORCE ROW LEVEL SECURITY;

CREATE POLICY webhook_progress_select ON "webhook_progress" FOR SELECT USING (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

CREATE POLICY webhook_progress_insert ON "webhook_progress" FOR INSERT WITH CHECK (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

CREATE POLICY webhook_progress_update ON "webhook_progress" FOR UPDATE USING (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all()))) WITH CHECK (centre_id = (SELECT app.office()) AND ((SELECT app.sees_all())));

GRANT SELECT, INSERT, UPDATE ON "webhook_progress" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "webhook_progress" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

-- What a machine sees of itself it never changes: one clause says so, not two.
ALTER POLICY api_client_update ON "api_client" USING (centre_id = (SELECT app.office()));

ALTER POLICY client_secret_update ON "client_secret" USING (centre_id = (SELECT app.office()));

RESET ROLE;
