SET ROLE asysta_owner;

-- A closed list grows: every value that is there is on it, and it is made again at once.
ALTER TABLE office_event
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_office_event_office_event_type,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_office_event_office_event_type CHECK (type IN ('settings_changed', 'district_created', 'district_changed', 'district_given', 'district_taken', 'foster_family_registered', 'coordinator_appointed', 'coordination_ended', 'staff_created', 'staff_changed', 'qualifications_set', 'declarations_set', 'register_checked', 'training_recorded', 'data_access_given', 'data_access_ended', 'staff_activated', 'staff_suspended', 'staff_reinstated', 'staff_ended', 'account_deactivated', 'account_reactivated', 'sessions_ended', 'password_changed', 'password_reset', 'second_factor_set', 'second_factor_removed', 'identity_linked', 'identity_unlinked', 'client_registered', 'client_disabled', 'client_secret_issued', 'client_secret_revoked', 'cover_set', 'cover_ended', 'data_notice_published', 'rights_request_received', 'rights_request_extended', 'rights_request_granted', 'rights_request_refused', 'destruction_proposed', 'destruction_approved', 'destruction_withdrawn', 'destruction_carried_on', 'access_sign_noted', 'access_sign_reviewed'));

CREATE TABLE access_sign (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	account_id UUID NOT NULL, 
	family_id UUID, 
	sign VARCHAR(64) NOT NULL, 
	day DATE NOT NULL, 
	times INTEGER NOT NULL, 
	first_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	last_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reviewed_at TIMESTAMP WITH TIME ZONE, 
	reviewed_by UUID, 
	finding VARCHAR(64), 
	review_note VARCHAR, 
	CONSTRAINT pk_access_sign PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_access_sign_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_access_sign_centre_id_family_id FOREIGN KEY(centre_id, family_id) REFERENCES family (centre_id, id), 
	CONSTRAINT fk_access_sign_centre_id_reviewed_by FOREIGN KEY(centre_id, reviewed_by) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_access_sign_times CHECK (times >= 1 AND last_at >= first_at), 
	CONSTRAINT ck_access_sign_another_reviews CHECK (reviewed_by <> account_id), 
	CONSTRAINT ck_access_sign_reviewed CHECK ((reviewed_at IS NULL) = (finding IS NULL) AND (reviewed_at IS NULL) = (reviewed_by IS NULL)), 
	CONSTRAINT fk_access_sign_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_access_sign_unusual_sign CHECK (sign IN ('own_name', 'many_families', 'outside_hours', 'no_link')), 
	CONSTRAINT ck_access_sign_sign_finding CHECK (finding IN ('justified', 'not_justified'))
);

CREATE UNIQUE INDEX access_sign_once ON access_sign (centre_id, account_id, day, sign, family_id) NULLS NOT DISTINCT;

CREATE INDEX ix_access_sign_family ON access_sign (centre_id, family_id);

CREATE INDEX ix_access_sign_reviewer ON access_sign (centre_id, reviewed_by);

CREATE INDEX ix_access_sign_unreviewed ON access_sign (centre_id, day, id) WHERE reviewed_at IS NULL;

ALTER TABLE "access_sign" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "access_sign" FORCE ROW LEVEL SECURITY;

CREATE POLICY access_sign_select ON "access_sign" FOR SELECT USING (centre_id = (SELECT app.centre()) AND (SELECT app.sees_all()));

CREATE POLICY access_sign_insert ON "access_sign" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND (SELECT app.sees_all()));

CREATE POLICY access_sign_update ON "access_sign" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND (SELECT app.sees_all())) WITH CHECK (centre_id = (SELECT app.centre()) AND (SELECT app.sees_all()));

GRANT SELECT, INSERT, UPDATE ON "access_sign" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "access_sign" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "access_sign" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'review_note');

RESET ROLE;
