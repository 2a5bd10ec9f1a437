SET ROLE asysta_owner;

-- A closed list grows: every value that is there is on it, and it is made again at once.
ALTER TABLE event
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_event_event_type,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'signal_received', 'interview_started', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_signed', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_ended', 'case_archived', 'emergency_opened', 'emergency_ended', 'emergency_reviewed', 'legal_hold_set', 'legal_hold_lifted', 'notice_handed', 'file_erased'));

CREATE TABLE data_notice (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	controller VARCHAR NOT NULL, 
	officer VARCHAR NOT NULL, 
	purposes VARCHAR NOT NULL, 
	legal_basis VARCHAR NOT NULL, 
	retention VARCHAR NOT NULL, 
	recipients VARCHAR NOT NULL, 
	rights VARCHAR NOT NULL, 
	version_no INTEGER NOT NULL, 
	published_on DATE NOT NULL, 
	CONSTRAINT pk_data_notice PRIMARY KEY (centre_id, id), 
	CONSTRAINT data_notice_version UNIQUE (centre_id, version_no), 
	CONSTRAINT fk_data_notice_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE TABLE notice_handing (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	notice_id UUID NOT NULL, 
	handed_on DATE NOT NULL, 
	form VARCHAR(64) NOT NULL, 
	person_id UUID NOT NULL, 
	CONSTRAINT pk_notice_handing PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_notice_handing_centre_id_notice_id FOREIGN KEY(centre_id, notice_id) REFERENCES data_notice (centre_id, id), 
	CONSTRAINT fk_notice_handing_centre_id_person_id_family_id FOREIGN KEY(centre_id, person_id, family_id) REFERENCES person (centre_id, id, family_id), 
	CONSTRAINT fk_notice_handing_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_notice_handing_handing_form CHECK (form IN ('paper', 'electronic', 'read_out'))
);

CREATE INDEX ix_notice_handing_family ON notice_handing (centre_id, family_id, id);

CREATE INDEX ix_notice_handing_notice ON notice_handing (centre_id, notice_id);

CREATE INDEX ix_notice_handing_person ON notice_handing (centre_id, person_id, family_id);

ALTER TABLE "data_notice" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "data_notice" FORCE ROW LEVEL SECURITY;

CREATE POLICY data_notice_select ON "data_notice" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY data_notice_insert ON "data_notice" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT ON "data_notice" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "data_notice" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "data_notice" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

ALTER TABLE "notice_handing" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "notice_handing" FORCE ROW LEVEL SECURITY;

CREATE POLICY notice_handing_select ON "notice_handing" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

CREATE POLICY notice_handing_insert ON "notice_handing" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

GRANT SELECT, INSERT ON "notice_handing" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "notice_handing" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "notice_handing" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id');

RESET ROLE;
