SET ROLE asysta_owner;

-- A file's end, for those who read it.
ALTER TABLE family ADD COLUMN erased_on DATE;

-- A closed list grows: every value that is there is on it, and it is made again at once.
ALTER TABLE event
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_event_event_type,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'signal_received', 'interview_started', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_signed', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_ended', 'case_archived', 'emergency_opened', 'emergency_ended', 'emergency_reviewed', 'legal_hold_set', 'legal_hold_lifted', 'file_erased'));

-- Requests of another kind, for erasure; there are few of them.
ALTER TABLE rights_request ADD COLUMN kind VARCHAR(64) DEFAULT 'access' NOT NULL,
    ADD COLUMN erasure_ground VARCHAR(64),
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_rights_request_request_state,
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_rights_request_request_refusal_ground,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_rights_request_erased CHECK ((state = 'granted') = (erasure_ground IS NOT NULL) AND (state <> 'granted' OR kind = 'erasure')),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_rights_request_request_state CHECK (state IN ('open', 'answered', 'granted', 'refused')),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_rights_request_request_refusal_ground CHECK (refusal_ground IN ('unfounded_or_excessive', 'not_identified', 'rights_of_others', 'restricted_by_act', 'legal_obligation', 'archiving', 'claims')),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_rights_request_rights_kind CHECK (kind IN ('access', 'erasure')),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_rights_request_erasure_ground CHECK (erasure_ground IN ('retention_over', 'never_needed'));

CREATE TABLE legal_hold (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	reference VARCHAR NOT NULL, 
	set_on DATE NOT NULL, 
	lifted_on DATE, 
	note VARCHAR, 
	CONSTRAINT pk_legal_hold PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_legal_hold_centre_id_family_id FOREIGN KEY(centre_id, family_id) REFERENCES family (centre_id, id), 
	CONSTRAINT ck_legal_hold_period CHECK (lifted_on >= set_on), 
	CONSTRAINT fk_legal_hold_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_legal_hold_hold_reason CHECK (reason IN ('court', 'prosecution', 'administrative', 'claim', 'inspection', 'data_protection', 'person_asked'))
);

CREATE INDEX ix_legal_hold_family ON legal_hold (centre_id, family_id);

CREATE INDEX ix_legal_hold_standing ON legal_hold (centre_id, id) WHERE lifted_on IS NULL;

CREATE TABLE erased_file (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	ground VARCHAR(64) NOT NULL, 
	erased_on DATE NOT NULL, 
	case_ids UUID[] NOT NULL, 
	categories TEXT[] NOT NULL, 
	records INTEGER NOT NULL, 
	request_id UUID, 
	CONSTRAINT pk_erased_file PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_erased_file_centre_id_family_id FOREIGN KEY(centre_id, family_id) REFERENCES family (centre_id, id), 
	CONSTRAINT fk_erased_file_centre_id_request_id FOREIGN KEY(centre_id, request_id) REFERENCES rights_request (centre_id, id), 
	CONSTRAINT ck_erased_file_records CHECK (records >= 0), 
	CONSTRAINT fk_erased_file_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_erased_file_erasure_ground CHECK (ground IN ('retention_over', 'never_needed'))
);

CREATE UNIQUE INDEX erased_file_once ON erased_file (centre_id, family_id);

CREATE INDEX ix_erased_file_day ON erased_file (centre_id, erased_on, id);

CREATE INDEX ix_erased_file_request ON erased_file (centre_id, request_id);

CREATE FUNCTION app.refuse_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.legal_hold h WHERE h.centre_id = NEW.centre_id
                  AND h.family_id = NEW.family_id AND h.lifted_on IS NULL) THEN
        RAISE EXCEPTION 'a legal hold keeps this file' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER refuse_hold AFTER INSERT ON erased_file FOR EACH ROW EXECUTE FUNCTION app.refuse_hold();

CREATE FUNCTION app.is_erased(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM public.erased_file e
                    WHERE e.centre_id = app.centre() AND e.family_id = is_erased.family);
END;

-- What was agreed is emptied with the whole file.
CREATE OR REPLACE FUNCTION app.keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF app.is_erased(OLD.family_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a version of the plan is immutable' USING ERRCODE = 'restrict_violation';
END $$;

ALTER TABLE "legal_hold" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "legal_hold" FORCE ROW LEVEL SECURITY;

CREATE POLICY legal_hold_select ON "legal_hold" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

CREATE POLICY legal_hold_insert ON "legal_hold" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

CREATE POLICY legal_hold_update ON "legal_hold" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

GRANT SELECT, INSERT, UPDATE ON "legal_hold" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "legal_hold" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "legal_hold" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'note', 'reference');

ALTER TABLE "erased_file" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "erased_file" FORCE ROW LEVEL SECURITY;

CREATE POLICY erased_file_select ON "erased_file" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

CREATE POLICY erased_file_insert ON "erased_file" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

GRANT SELECT, INSERT ON "erased_file" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "erased_file" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "erased_file" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id');

-- What was written once may be emptied once the record of the erasure stands.
CREATE POLICY diagnosis_update ON "diagnosis" FOR UPDATE USING (app.is_erased(family_id));

GRANT UPDATE (children, crisis_causes, notes, parenting, reason, resources_at_risk, resources_held, resources_missing, spheres, strengths, supporting_persons) ON "diagnosis" TO asysta_app;

CREATE POLICY offer_update ON "offer" FOR UPDATE USING (app.is_erased(family_id));

GRANT UPDATE (description, other_form) ON "offer" TO asysta_app;

CREATE POLICY cooperation_agreement_update ON "cooperation_agreement" FOR UPDATE USING (app.is_erased(family_id));

GRANT UPDATE (cancelling, duration, duties_of_assistant, duties_of_family, meeting_frequency, meeting_place) ON "cooperation_agreement" TO asysta_app;

CREATE POLICY goal_review_update ON "goal_review" FOR UPDATE USING (app.is_erased(family_id));

GRANT UPDATE (remarks) ON "goal_review" TO asysta_app;

CREATE POLICY interview_update_update ON "interview_update" FOR UPDATE USING (app.is_erased(family_id));

GRANT UPDATE (what) ON "interview_update" TO asysta_app;

CREATE POLICY monitoring_check_update ON "monitoring_check" FOR UPDATE USING (app.is_erased(family_id));

GRANT UPDATE (situation) ON "monitoring_check" TO asysta_app;

CREATE POLICY plan_progress_update ON "plan_progress" FOR UPDATE USING (app.is_erased(family_id));

GRANT UPDATE (note) ON "plan_progress" TO asysta_app;

CREATE POLICY referral_decision_update ON "referral_decision" FOR UPDATE USING (app.is_erased(family_id));

GRANT UPDATE (missing, reason, target) ON "referral_decision" TO asysta_app;

CREATE POLICY visit_correction_update ON "visit_correction" FOR UPDATE USING (app.is_erased(family_id));

GRANT UPDATE (previous, reason) ON "visit_correction" TO asysta_app;

-- The audit repeats no day of birth and no reference either (art. 17 RODO).

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "person" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'born_on', 'first_name', 'last_name', 'pesel', 'pesel_index', 'phone');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "assignment" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'handover_note', 'letter_no', 'override_reason', 'reason');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "family_consent" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'document_ref', 'scope');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "interview" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'children_heard', 'diagnosis', 'living_situation', 'manager_consent_ref', 'need_reason', 'problems');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "placement" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'educator_contact', 'educator_name', 'institution_name', 'outcome_note', 'reference');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "rights_request" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'extension_reason', 'note', 'refusal_reason', 'representation_ref');

RESET ROLE;
