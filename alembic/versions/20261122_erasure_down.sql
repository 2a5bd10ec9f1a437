SET ROLE asysta_owner;

DROP POLICY diagnosis_update ON diagnosis;

REVOKE UPDATE (children, crisis_causes, notes, parenting, reason, resources_at_risk, resources_held, resources_missing, spheres, strengths, supporting_persons) ON "diagnosis" FROM asysta_app;

DROP POLICY offer_update ON offer;

REVOKE UPDATE (description, other_form) ON "offer" FROM asysta_app;

DROP POLICY cooperation_agreement_update ON cooperation_agreement;

REVOKE UPDATE (cancelling, duration, duties_of_assistant, duties_of_family, meeting_frequency, meeting_place) ON "cooperation_agreement" FROM asysta_app;

DROP POLICY goal_review_update ON goal_review;

REVOKE UPDATE (remarks) ON "goal_review" FROM asysta_app;

DROP POLICY interview_update_update ON interview_update;

REVOKE UPDATE (what) ON "interview_update" FROM asysta_app;

DROP POLICY monitoring_check_update ON monitoring_check;

REVOKE UPDATE (situation) ON "monitoring_check" FROM asysta_app;

DROP POLICY plan_progress_update ON plan_progress;

REVOKE UPDATE (note) ON "plan_progress" FROM asysta_app;

DROP POLICY referral_decision_update ON referral_decision;

REVOKE UPDATE (missing, reason, target) ON "referral_decision" FROM asysta_app;

DROP POLICY visit_correction_update ON visit_correction;

REVOKE UPDATE (previous, reason) ON "visit_correction" FROM asysta_app;

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "person" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'first_name', 'last_name', 'pesel', 'pesel_index', 'phone');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "assignment" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'handover_note', 'override_reason', 'reason');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "family_consent" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'scope');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "interview" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'children_heard', 'diagnosis', 'living_situation', 'need_reason', 'problems');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "placement" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'educator_contact', 'educator_name', 'institution_name', 'outcome_note');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "rights_request" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'extension_reason', 'note', 'refusal_reason');

CREATE OR REPLACE FUNCTION app.keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of the plan is immutable' USING ERRCODE = 'restrict_violation';
END $$;

DROP FUNCTION app.is_erased(uuid);

DROP TABLE erased_file, legal_hold;

DROP FUNCTION app.refuse_hold();

-- What was told of holds and erasures, and what was asked, goes with them: the former release knows
-- no such things.
ALTER TABLE event NO FORCE ROW LEVEL SECURITY;
DELETE FROM event WHERE type IN ('legal_hold_set', 'legal_hold_lifted', 'file_erased');
ALTER TABLE event FORCE ROW LEVEL SECURITY;

ALTER TABLE event DROP CONSTRAINT ck_event_event_type,
    ADD CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'signal_received', 'interview_started', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_signed', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_ended', 'case_archived', 'emergency_opened', 'emergency_ended', 'emergency_reviewed'));

ALTER TABLE rights_request NO FORCE ROW LEVEL SECURITY;
DELETE FROM rights_request WHERE kind = 'erasure';
ALTER TABLE rights_request FORCE ROW LEVEL SECURITY;

ALTER TABLE rights_request DROP CONSTRAINT ck_rights_request_erased,
    DROP CONSTRAINT ck_rights_request_request_state,
    DROP CONSTRAINT ck_rights_request_request_refusal_ground,
    DROP COLUMN kind,
    DROP COLUMN erasure_ground,
    ADD CONSTRAINT ck_rights_request_request_state CHECK (state IN ('open', 'answered', 'refused')),
    ADD CONSTRAINT ck_rights_request_request_refusal_ground CHECK (refusal_ground IN ('unfounded_or_excessive', 'not_identified', 'rights_of_others', 'restricted_by_act'));

ALTER TABLE family DROP COLUMN erased_on;

RESET ROLE;
