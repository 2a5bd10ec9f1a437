SET ROLE asysta_owner;

CREATE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.now', true), '')::timestamptz;

CREATE FUNCTION app.in_emergency(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(strpos(current_setting('app.emergencies', true), family::text) > 0, false);

CREATE TABLE emergency_access (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	account_id UUID NOT NULL, 
	family_id UUID NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	justification VARCHAR NOT NULL, 
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ends_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_early BOOLEAN NOT NULL, 
	reviewed_at TIMESTAMP WITH TIME ZONE, 
	reviewed_by UUID, 
	outcome VARCHAR(64), 
	review_note VARCHAR, 
	CONSTRAINT pk_emergency_access PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_emergency_access_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_emergency_access_centre_id_family_id FOREIGN KEY(centre_id, family_id) REFERENCES family (centre_id, id), 
	CONSTRAINT fk_emergency_access_centre_id_reviewed_by FOREIGN KEY(centre_id, reviewed_by) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_emergency_access_hours CHECK (ends_at >= opened_at AND ends_at <= opened_at + interval '24 hours'), 
	CONSTRAINT ck_emergency_access_another_reviews CHECK (reviewed_by <> account_id), 
	CONSTRAINT ck_emergency_access_reviewed CHECK ((reviewed_at IS NULL) = (outcome IS NULL) AND (reviewed_at IS NULL) = (reviewed_by IS NULL)), 
	CONSTRAINT fk_emergency_access_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_emergency_access_emergency_reason CHECK (reason IN ('child_in_danger', 'adult_in_danger', 'intervention', 'court_or_police', 'other')), 
	CONSTRAINT ck_emergency_access_emergency_outcome CHECK (outcome IN ('justified', 'not_justified'))
);

CREATE INDEX ix_emergency_access_account ON emergency_access (centre_id, account_id, ends_at);

CREATE INDEX ix_emergency_access_family ON emergency_access (centre_id, family_id);

CREATE INDEX ix_emergency_access_reviewer ON emergency_access (centre_id, reviewed_by);

CREATE INDEX ix_emergency_access_unreviewed ON emergency_access (centre_id, opened_at) WHERE reviewed_at IS NULL;

ALTER TABLE emergency_access ADD CONSTRAINT emergency_access_open EXCLUDE USING gist (centre_id WITH =, account_id WITH =, family_id WITH =, tstzrange(opened_at, ends_at) WITH &&);

ALTER TABLE centre_settings ADD COLUMN emergency_access_hours INTEGER NOT NULL DEFAULT 24;

ALTER TABLE centre_settings ALTER COLUMN emergency_access_hours DROP DEFAULT;

ALTER TABLE event DROP CONSTRAINT ck_event_event_type,
    ADD CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'signal_received', 'interview_started', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_signed', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_ended', 'case_archived', 'emergency_opened', 'emergency_ended', 'emergency_reviewed'));

CREATE FUNCTION app.see_emergencies() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.emergencies', '', true);
    IF app.account() IS NOT NULL AND NOT app.sees_all() THEN
        PERFORM set_config('app.emergencies', ARRAY(
            SELECT e.family_id FROM public.emergency_access e
             WHERE e.centre_id = app.centre() AND e.account_id = app.account()
               AND e.opened_at <= app.now() AND e.ends_at > app.now()
               AND NOT EXISTS (SELECT FROM public.family f
                     WHERE f.centre_id = e.centre_id AND f.id = e.family_id))::text, true);
    END IF;
END $$;

CREATE FUNCTION app.emergency_of(family uuid) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF family IS NULL OR NOT app.in_emergency(family) THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT e.id FROM public.emergency_access e
             WHERE e.centre_id = app.centre() AND e.account_id = app.account()
               AND e.family_id = family AND e.opened_at <= app.now()
             ORDER BY e.opened_at DESC LIMIT 1);
END $$;

CREATE FUNCTION app.handle(search uuid, family uuid) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(sha256(convert_to(search::text || family::text, 'UTF8')), 'hex');

CREATE FUNCTION app.family_behind(search uuid, named text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    before text := current_setting('app.sees_all', true);
    found uuid;
BEGIN
    PERFORM set_config('app.sees_all', 'yes', true);
    SELECT f.id INTO found FROM public.family f
     WHERE f.centre_id = app.centre() AND app.handle(search, f.id) = named;
    PERFORM set_config('app.sees_all', coalesce(before, ''), true);
    RETURN found;
END $$;

DROP FUNCTION app.enter(uuid, uuid, uuid, text[], date, uuid, text);

CREATE FUNCTION app.enter(centre uuid, account uuid, session uuid, roles text[], today date,
                          request uuid, operation text, at timestamptz DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
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
            set_config('app.now', coalesce(at::text, ''), true),
            set_config('app.emergencies', '', true),
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
    PERFORM app.see_emergencies();
    RETURN 'ok';
END $$;

CREATE OR REPLACE FUNCTION app.note_reading(family uuid, subject text, subject_id uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, on_behalf_of, purpose, detail)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'read', subject, subject_id, family, app.on_behalf_of(family),
            CASE WHEN app.in_emergency(family) THEN 'emergency' ELSE app.purpose() END,
            CASE WHEN app.in_emergency(family) THEN
                json_build_object('emergency_id', app.emergency_of(family)) END);
    RETURN true;
END $$;

ALTER TABLE "emergency_access" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "emergency_access" FORCE ROW LEVEL SECURITY;

CREATE POLICY emergency_access_select ON "emergency_access" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR account_id = (SELECT app.account())));

CREATE POLICY emergency_access_insert ON "emergency_access" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR account_id = (SELECT app.account())));

CREATE POLICY emergency_access_update ON "emergency_access" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR account_id = (SELECT app.account()))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR account_id = (SELECT app.account())));

GRANT SELECT, INSERT, UPDATE ON "emergency_access" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "emergency_access" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "emergency_access" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'justification', 'review_note');

ALTER POLICY family_select ON "family" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.was_given(id) OR app.serves(district_id) OR app.in_emergency(id)));

ALTER POLICY event_select ON "event" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY event_insert ON "event" WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id) AND type LIKE 'emergency\_%'));

ALTER POLICY family_case_select ON "family_case" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY person_select ON "person" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY archived_case_select ON "archived_case" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY assessment_select ON "assessment" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY assignment_select ON "assignment" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY consent_refusal_select ON "consent_refusal" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY deadline_select ON "deadline" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY diagnosis_select ON "diagnosis" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY failed_visit_select ON "failed_visit" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY family_consent_select ON "family_consent" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY interview_select ON "interview" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY monitoring_select ON "monitoring" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY motion_select ON "motion" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY offer_select ON "offer" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY placement_select ON "placement" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY referral_select ON "referral" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY signal_select ON "signal" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY visit_select ON "visit" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY work_plan_select ON "work_plan" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY closure_select ON "closure" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY consent_signature_select ON "consent_signature" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY consent_withdrawal_select ON "consent_withdrawal" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY cooperation_agreement_select ON "cooperation_agreement" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY goal_review_select ON "goal_review" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY interview_update_select ON "interview_update" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY monitoring_check_select ON "monitoring_check" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY plan_progress_select ON "plan_progress" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY referral_decision_select ON "referral_decision" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY suspension_select ON "suspension" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY visit_correction_select ON "visit_correction" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

RESET ROLE;
