SET ROLE asysta_owner;

-- A closed list grows: every value that is there is on it, and it is made again at once.
ALTER TABLE event
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_event_event_type,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'signal_received', 'interview_started', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_signed', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_ended', 'case_archived', 'emergency_opened', 'emergency_ended', 'emergency_reviewed', 'legal_hold_set', 'legal_hold_lifted', 'notice_handed', 'file_erased', 'access_sign_noted', 'access_sign_reviewed'));

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
