SET ROLE asysta_owner;

-- A closed list grows: every value that is there is on it, and it is made again at once.
ALTER TABLE event
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_event_event_type,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'family_changed', 'member_added', 'member_changed', 'member_departed', 'signal_received', 'interview_started', 'interview_amended', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'application_drafted', 'application_changed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'substitution_ended', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_changed', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_changed', 'assessment_discarded', 'assessment_signed', 'signature_withdrawn', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_ended', 'case_archived', 'emergency_opened', 'emergency_ended', 'emergency_reviewed', 'legal_hold_set', 'legal_hold_lifted', 'notice_handed', 'file_erased'));

CREATE TABLE office_event (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	type VARCHAR(64) NOT NULL, 
	subject_id UUID NOT NULL, 
	on_date DATE NOT NULL, 
	CONSTRAINT pk_office_event PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_office_event_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_office_event_office_event_type CHECK (type IN ('settings_changed', 'district_created', 'district_changed', 'district_given', 'district_taken', 'foster_family_registered', 'coordinator_appointed', 'coordination_ended', 'staff_created', 'staff_changed', 'qualifications_set', 'declarations_set', 'register_checked', 'training_recorded', 'data_access_given', 'data_access_ended', 'staff_activated', 'staff_suspended', 'staff_reinstated', 'staff_ended', 'account_deactivated', 'account_reactivated', 'sessions_ended', 'password_changed', 'password_reset', 'second_factor_set', 'second_factor_removed', 'identity_linked', 'identity_unlinked', 'client_registered', 'client_disabled', 'client_secret_issued', 'client_secret_revoked', 'cover_set', 'cover_ended', 'data_notice_published', 'rights_request_received', 'rights_request_extended', 'rights_request_granted', 'rights_request_refused', 'destruction_proposed', 'destruction_approved', 'destruction_withdrawn', 'destruction_carried_on'))
);

ALTER TABLE "office_event" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "office_event" FORCE ROW LEVEL SECURITY;

CREATE POLICY office_event_select ON "office_event" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

CREATE POLICY office_event_insert ON "office_event" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR created_by = (SELECT app.account())));

GRANT SELECT, INSERT ON "office_event" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "office_event" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

RESET ROLE;
