SET ROLE asysta_owner;

-- Closed lists grow: every value that is there is on them, and they are made again at once.
ALTER TABLE event
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_event_event_type,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'family_changed', 'member_added', 'member_changed', 'member_departed', 'social_worker_changed', 'signal_received', 'signal_checked', 'interview_started', 'interview_amended', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'risk_answered', 'application_drafted', 'application_changed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'substitution_ended', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_changed', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_changed', 'assessment_discarded', 'assessment_signed', 'signature_withdrawn', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_passed_on', 'monitoring_ended', 'case_archived', 'emergency_opened', 'emergency_ended', 'emergency_reviewed', 'legal_hold_set', 'legal_hold_lifted', 'notice_handed', 'file_erased'));

ALTER TABLE deadline
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_deadline_deadline_kind,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_deadline_deadline_kind CHECK (kind IN ('interview', 'signal_check', 'interview_update', 'decision', 'first_visit', 'diagnosis', 'plan', 'plan_action', 'goal_review', 'periodic_assessment', 'suspension_review', 'monitoring_check'));

-- A signal may be added to a case that has one; those that are there have opened theirs.
ALTER TABLE signal
    ADD COLUMN further BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN checked_how VARCHAR(64),
    ADD COLUMN finding VARCHAR,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_signal_signal_answer CHECK (checked_how IN ('visit', 'talk', 'institution', 'other'));

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX ix_signal_case;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_signal_case ON signal (centre_id, case_id, family_id);

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX signal_one_opens ON signal (centre_id, case_id) WHERE NOT further;

DROP TRIGGER note_change ON signal;

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "signal" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'description', 'finding', 'institution');

RESET ROLE;
