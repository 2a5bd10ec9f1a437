SET ROLE asysta_owner;

ALTER POLICY family_select ON "family" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.was_given(id) OR app.serves(district_id)));

ALTER POLICY event_select ON "event" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY event_insert ON "event" WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY family_case_select ON "family_case" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY person_select ON "person" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY archived_case_select ON "archived_case" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY assessment_select ON "assessment" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY assignment_select ON "assignment" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY consent_refusal_select ON "consent_refusal" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY deadline_select ON "deadline" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY diagnosis_select ON "diagnosis" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY failed_visit_select ON "failed_visit" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY family_consent_select ON "family_consent" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY interview_select ON "interview" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY monitoring_select ON "monitoring" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY motion_select ON "motion" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY offer_select ON "offer" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY placement_select ON "placement" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY referral_select ON "referral" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY signal_select ON "signal" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY visit_select ON "visit" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY work_plan_select ON "work_plan" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY closure_select ON "closure" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY consent_signature_select ON "consent_signature" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY consent_withdrawal_select ON "consent_withdrawal" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY cooperation_agreement_select ON "cooperation_agreement" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY goal_review_select ON "goal_review" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY interview_update_select ON "interview_update" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY monitoring_check_select ON "monitoring_check" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY plan_progress_select ON "plan_progress" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY referral_decision_select ON "referral_decision" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY suspension_select ON "suspension" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

ALTER POLICY visit_correction_select ON "visit_correction" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id)));

DROP FUNCTION app.enter(uuid, uuid, uuid, text[], date, uuid, text, timestamptz);

CREATE FUNCTION app.enter(centre uuid, account uuid, session uuid, roles text[], today date,
                          request uuid, operation text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    PERFORM set_config('app.centre', centre::text, true),
            set_config('app.account', coalesce(account::text, ''), true),
            set_config('app.request', request::text, true),
            set_config('app.operation', operation, true),
            set_config('app.today', today::text, true),
            set_config('app.roles', roles::text, true),
            set_config('app.acting_for', '', true),
            set_config('app.families', '', true), set_config('app.districts', '', true),
            set_config('app.given', '', true),
            set_config('app.sees_all',
                       CASE WHEN account IS NULL OR roles && '{manager,families:read}'
                                 AND NOT 'administrator' = ANY (roles) THEN 'yes' ELSE '' END, true);
    IF account IS NULL THEN
        RETURN 'ok';
    END IF;
    SELECT CASE
             WHEN s.ended_at IS NOT NULL OR s.expires_at <= now() THEN 'session_ended'
             WHEN NOT a.active THEN 'account_inactive'
             WHEN NOT enter.roles <@ a.roles THEN 'roles_changed'
             ELSE app.may_work(a.centre_id, a.id, enter.today) END
      INTO standing
      FROM public.user_session s
      JOIN public.account a ON a.centre_id = s.centre_id AND a.id = s.account_id
     WHERE s.centre_id = enter.centre AND s.id = enter.session AND s.account_id = enter.account;
    IF standing IS NULL THEN
        standing := app.client_standing(centre, account, session, roles, today);
    END IF;
    IF standing IS DISTINCT FROM 'ok' THEN
        PERFORM set_config('app.centre', '', true), set_config('app.sees_all', '', true);
        RETURN coalesce(standing, 'session_ended');
    END IF;
    PERFORM set_config('app.acting_for', (ARRAY[enter.account] || ARRAY(
        SELECT c.absent_id FROM public.cover c
          JOIN public.staff_profile x ON x.centre_id = c.centre_id AND x.id = c.absent_id
         WHERE c.centre_id = enter.centre AND c.covering_id = enter.account
           AND c.starts_on <= enter.today AND c.ends_on > enter.today
           AND x.state <> 'ended'))::text, true);
    IF NOT app.sees_all() THEN
        PERFORM app.look_around();
    END IF;
    RETURN 'ok';
END $$;

CREATE OR REPLACE FUNCTION app.note_reading(family uuid, subject text, subject_id uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, on_behalf_of)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'read', subject, subject_id, family, app.on_behalf_of(family));
    RETURN true;
END $$;

DROP FUNCTION app.see_emergencies(),
    app.emergency_of(uuid), app.handle(uuid, uuid), app.family_behind(uuid, text),
    app.in_emergency(uuid), app.now();

DROP TABLE emergency_access;

ALTER TABLE centre_settings DROP COLUMN emergency_access_hours;

-- What was told of emergencies goes with them: the former release knows no such events.
ALTER TABLE event NO FORCE ROW LEVEL SECURITY;
DELETE FROM event WHERE type LIKE 'emergency\_%';
ALTER TABLE event FORCE ROW LEVEL SECURITY;

ALTER TABLE event DROP CONSTRAINT ck_event_event_type,
    ADD CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'signal_received', 'interview_started', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_signed', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_ended', 'case_archived'));

RESET ROLE;
