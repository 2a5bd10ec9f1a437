SET ROLE asysta_owner;

-- A closed list grows: every value that is there is on it, and it is made again at once.
ALTER TABLE event
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_event_event_type,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'family_changed', 'member_added', 'member_changed', 'member_departed', 'social_worker_changed', 'signal_received', 'interview_started', 'interview_amended', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'application_drafted', 'application_changed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'substitution_ended', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_changed', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_changed', 'assessment_discarded', 'assessment_signed', 'signature_withdrawn', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_passed_on', 'monitoring_ended', 'case_archived', 'emergency_opened', 'emergency_ended', 'emergency_reviewed', 'legal_hold_set', 'legal_hold_lifted', 'notice_handed', 'file_erased'));

-- No row has a value yet, so the check is true of all of them.
ALTER TABLE family_case
    ADD COLUMN handover_reason VARCHAR(64),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_family_case_handover_reason CHECK (handover_reason IN ('family_moved', 'district_passed_on', 'worker_leaves', 'worker_absent', 'workload', 'conflict_of_interest', 'family_asks', 'other'));

CREATE FUNCTION app.live_cases(worker uuid) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    before text := current_setting('app.sees_all', true);
    found integer;
BEGIN
    PERFORM set_config('app.sees_all', 'yes', true);
    SELECT count(*) INTO found FROM public.family_case c
     WHERE c.centre_id = app.centre() AND c.social_worker_id = worker
       AND c.state NOT IN ('no_need', 'refused', 'redirected', 'archived');
    PERFORM set_config('app.sees_all', coalesce(before, ''), true);
    RETURN found;
END $$;

RESET ROLE;
