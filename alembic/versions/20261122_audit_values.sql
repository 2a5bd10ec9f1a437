SET ROLE asysta_owner;

CREATE OR REPLACE FUNCTION app.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_family uuid;
    names text[];
    said json;
    new_row jsonb;
    old_row jsonb;
BEGIN
    IF TG_ARGV[0] = 'id' THEN
        of_family := NEW.id;
    ELSIF TG_ARGV[0] = 'family_id' THEN
        of_family := NEW.family_id;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        new_row := to_jsonb(NEW);
        old_row := to_jsonb(OLD);
        SELECT coalesce(array_agg(n.key ORDER BY n.key), '{}'),
               CASE WHEN count(*) > 0 THEN json_build_object('values', json_object_agg(
                   n.key, CASE WHEN n.key <> ALL (TG_ARGV[1:])
                               THEN jsonb_build_array(old_row -> n.key, n.value) END
                   ORDER BY n.key)) END
          INTO names, said
          FROM jsonb_each(new_row) n
         WHERE n.key <> 'version' AND n.value IS DISTINCT FROM old_row -> n.key;
    END IF;
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, on_behalf_of, changed, detail)
    VALUES (NEW.centre_id, app.account(), app.request(), current_setting('app.operation', true),
            lower(TG_OP), TG_TABLE_NAME, NEW.id, of_family, app.on_behalf_of(of_family), names, said);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "account" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'full_name', 'password_hash');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "api_client" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "centre_key" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'wrapped');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "centre_settings" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "district" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "family_search" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "client_secret" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'secret_hash');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "cover" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'note', 'override_reason');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "data_authorisation" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "district_worker" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "family" FOR EACH ROW EXECUTE FUNCTION app.note_change('id', 'phone', 'postcode', 'sort_name', 'street', 'surname', 'town');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "foster_family" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "register_check" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'result');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "staff_profile" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'email', 'end_reason', 'maintenance_duty', 'no_conviction', 'parental_authority_intact', 'phone');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "staff_suspension" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'lifted_reason', 'reason');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "staff_training" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "user_session" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "access_grant" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "coordination" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "family_case" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "person" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'first_name', 'last_name', 'pesel', 'pesel_index', 'phone');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "place" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "archived_case" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "assessment" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'children', 'conclusions_text', 'goals', 'involvement', 'recipients', 'spheres', 'supporting_family_note', 'withdrawal_reason');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "assignment" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'handover_note', 'override_reason', 'reason');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "consent_refusal" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'court_notice_reason', 'note');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "deadline" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'pauses');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "diagnosis" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'children', 'crisis_causes', 'notes', 'parenting', 'reason', 'resources_at_risk', 'resources_held', 'resources_missing', 'spheres', 'strengths', 'supporting_persons');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "failed_visit" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'note');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "family_consent" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'scope');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "interview" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'children_heard', 'diagnosis', 'living_situation', 'need_reason', 'problems');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "monitoring" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'outcome');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "motion" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'decision_note', 'suspension_reason', 'text');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "offer" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'description', 'other_form');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "placement" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'educator_contact', 'educator_name', 'institution_name', 'outcome_note');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "referral" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'other_services', 'problems', 'proposed_scope');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "signal" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'description', 'institution');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "visit" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'arrangements_assistant', 'arrangements_family', 'notes', 'others_present', 'place_text', 'topics');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "work_plan" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'agreements', 'consultation_opinion', 'goals', 'reason', 'resources');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "closure" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'effects', 'reason_text', 'recommendations', 'risk_handled');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "consent_signature" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "consent_withdrawal" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'reason', 'risk_note', 'risk_to_children');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "cooperation_agreement" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'cancelling', 'duration', 'duties_of_assistant', 'duties_of_family', 'meeting_frequency', 'meeting_place');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "goal_review" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'remarks');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "interview_update" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'what');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "monitoring_check" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'risk', 'situation');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "plan_progress" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'note');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "referral_decision" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'missing', 'reason', 'target');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "suspension" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'end_note', 'reason', 'reason_text');

CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON "visit_correction" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id', 'previous', 'reason');

RESET ROLE;
