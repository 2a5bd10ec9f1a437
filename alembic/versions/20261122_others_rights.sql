SET ROLE asysta_owner;

CREATE OR REPLACE FUNCTION app.find_families(words text[], pesel text, born_on date, phone text)
RETURNS TABLE (family_id uuid, surname text, town text, district_id uuid, score float8, matched text[])
LANGUAGE plpgsql ROWS 50 AS $$
#variable_conflict use_column
DECLARE
    before text := current_setting('app.sees_all', true);
BEGIN
PERFORM set_config('app.sees_all', 'yes', true);
RETURN QUERY WITH asked AS (SELECT DISTINCT app.plain(u.word) AS word FROM unnest(words) AS u (word)),
surnames AS (
    SELECT n.name, a.word, public.strict_word_similarity(a.word, app.plain(n.name)) AS likeness
      FROM asked a, (SELECT f.surname FROM public.family f WHERE cardinality(words) > 0
                      UNION SELECT p.last_name FROM public.person p WHERE cardinality(words) > 0) AS n (name)),
first_names AS (
    SELECT n.name, a.word, public.strict_word_similarity(a.word, app.plain(n.name)) AS likeness
      FROM asked a, (SELECT DISTINCT p.first_name FROM public.person p WHERE cardinality(words) > 0) AS n (name)),
streets AS (
    SELECT n.name, a.word, public.strict_word_similarity(a.word, app.plain(n.name)) AS likeness
      FROM asked a, (SELECT DISTINCT rtrim(f.street, ' /0123456789') FROM public.family f
                      WHERE cardinality(words) > 0) AS n (name)),
evidence AS (
    SELECT f.id, 'surname' AS field, s.word, 0.9 * s.likeness AS weight
      FROM surnames s JOIN public.family f ON f.surname = s.name WHERE s.likeness >= 0.3
    UNION ALL
    SELECT p.family_id, 'last_name', s.word, 0.9 * s.likeness
      FROM surnames s JOIN public.person p ON p.last_name = s.name WHERE s.likeness >= 0.3
    UNION ALL
    SELECT p.family_id, 'first_name', s.word, 0.4 * s.likeness
      FROM first_names s JOIN public.person p ON p.first_name = s.name WHERE s.likeness >= 0.5
    UNION ALL
    SELECT f.id, 'street', s.word, 0.6 * s.likeness
      FROM streets s JOIN public.family f ON rtrim(f.street, ' /0123456789') = s.name WHERE s.likeness >= 0.5
    UNION ALL
    SELECT p.family_id, 'pesel', '#', 1 FROM public.person p WHERE p.pesel_index = find_families.pesel
    UNION ALL
    SELECT p.family_id, 'born_on', '*', 0.4 FROM public.person p
     WHERE find_families.born_on IS NOT NULL AND p.born_on = find_families.born_on
    UNION ALL
    SELECT p.family_id, 'phone', '+', 0.9 FROM public.person p
     WHERE find_families.phone IS NOT NULL AND right(translate(p.phone, ' ()+-', ''), 9) = find_families.phone
    UNION ALL
    SELECT f.id, 'phone', '+', 0.9 FROM public.family f
     WHERE find_families.phone IS NOT NULL AND right(translate(f.phone, ' ()+-', ''), 9) = find_families.phone),
told AS (
    SELECT e.* FROM evidence e
     WHERE e.field IN ('surname', 'last_name', 'pesel', 'phone') OR before = 'yes' OR EXISTS (
         SELECT FROM public.family f WHERE f.centre_id = app.centre() AND f.id = e.id
            AND (app.was_given(f.id) OR app.serves(f.district_id) OR app.in_emergency(f.id)
                 OR e.field = 'street' AND f.surname IS NULL AND NOT EXISTS (
                     SELECT FROM public.person p WHERE p.centre_id = f.centre_id AND p.family_id = f.id)))),
best AS (
    SELECT e.id, e.word, max(e.weight) AS weight, array_agg(DISTINCT e.field) AS fields
      FROM told e GROUP BY e.id, e.word),
found AS (
    SELECT b.id, round((1 - exp(sum(ln(greatest(1 - b.weight, 1e-6)))))::numeric, 2)::float8 AS score
      FROM best b GROUP BY b.id ORDER BY score DESC, b.id LIMIT 200)
SELECT f.id, f.surname::text, f.town::text, f.district_id, found.score,
       ARRAY(SELECT DISTINCT unnest(b.fields) FROM best b WHERE b.id = f.id ORDER BY 1)
  FROM found JOIN public.family f ON f.id = found.id;
PERFORM set_config('app.sees_all', coalesce(before, ''), true);
END $$;

CREATE FUNCTION app.refuse_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_family uuid;
BEGIN
    IF TG_ARGV[0] = 'id' THEN
        of_family := NEW.id;
    ELSIF TG_ARGV[0] = 'family_id' THEN
        of_family := NEW.family_id;
    ELSE
        SELECT p.family_id INTO of_family FROM public.person p
         WHERE p.centre_id = NEW.centre_id AND p.id = NEW.person_id;
    END IF;
    IF of_family::text IS DISTINCT FROM current_setting('app.erasing', true) AND EXISTS (
        SELECT FROM public.family f
         WHERE f.centre_id = NEW.centre_id AND f.id = of_family AND f.erased_on IS NOT NULL) THEN
        RAISE EXCEPTION 'this file was erased'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'family_not_erased';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF phone, postcode, street, surname, town ON "family" FOR EACH ROW WHEN (NEW.phone IS NOT NULL OR NEW.postcode IS NOT NULL OR NEW.street IS NOT NULL OR NEW.surname IS NOT NULL OR NEW.town IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF review_note ON "access_sign" FOR EACH ROW WHEN (NEW.review_note IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF justification, review_note ON "emergency_access" FOR EACH ROW WHEN (NEW.justification IS NOT NULL OR NEW.review_note IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF note, reference ON "legal_hold" FOR EACH ROW WHEN (NEW.note IS NOT NULL OR NEW.reference IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF born_on, first_name, last_name, pesel, pesel_index, phone ON "person" FOR EACH ROW WHEN (NEW.born_on IS NOT NULL OR NEW.first_name IS NOT NULL OR NEW.last_name IS NOT NULL OR NEW.pesel IS NOT NULL OR NEW.pesel_index IS NOT NULL OR NEW.phone IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF children, conclusions_text, goals, involvement, recipients, spheres, supporting_family_note, withdrawal_reason ON "assessment" FOR EACH ROW WHEN (NEW.children IS NOT NULL OR NEW.conclusions_text IS NOT NULL OR NEW.goals IS NOT NULL OR NEW.involvement IS NOT NULL OR NEW.recipients IS NOT NULL OR NEW.spheres IS NOT NULL OR NEW.supporting_family_note IS NOT NULL OR NEW.withdrawal_reason IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF handover_note, letter_no, override_reason, reason ON "assignment" FOR EACH ROW WHEN (NEW.handover_note IS NOT NULL OR NEW.letter_no IS NOT NULL OR NEW.override_reason IS NOT NULL OR NEW.reason IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF court_notice_reason, note ON "consent_refusal" FOR EACH ROW WHEN (NEW.court_notice_reason IS NOT NULL OR NEW.note IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF pauses ON "deadline" FOR EACH ROW WHEN (NEW.pauses IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF children, crisis_causes, notes, parenting, reason, resources_at_risk, resources_held, resources_missing, spheres, strengths, supporting_persons ON "diagnosis" FOR EACH ROW WHEN (NEW.children IS NOT NULL OR NEW.crisis_causes IS NOT NULL OR NEW.notes IS NOT NULL OR NEW.parenting IS NOT NULL OR NEW.reason IS NOT NULL OR NEW.resources_at_risk IS NOT NULL OR NEW.resources_held IS NOT NULL OR NEW.resources_missing IS NOT NULL OR NEW.spheres IS NOT NULL OR NEW.strengths IS NOT NULL OR NEW.supporting_persons IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF note ON "failed_visit" FOR EACH ROW WHEN (NEW.note IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF document_ref, scope ON "family_consent" FOR EACH ROW WHEN (NEW.document_ref IS NOT NULL OR NEW.scope IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF children_heard, diagnosis, living_situation, manager_consent_ref, need_reason, problems ON "interview" FOR EACH ROW WHEN (NEW.children_heard IS NOT NULL OR NEW.diagnosis IS NOT NULL OR NEW.living_situation IS NOT NULL OR NEW.manager_consent_ref IS NOT NULL OR NEW.need_reason IS NOT NULL OR NEW.problems IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF outcome ON "monitoring" FOR EACH ROW WHEN (NEW.outcome IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF decision_note, text ON "motion" FOR EACH ROW WHEN (NEW.decision_note IS NOT NULL OR NEW.text IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF description, other_form ON "offer" FOR EACH ROW WHEN (NEW.description IS NOT NULL OR NEW.other_form IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF educator_contact, educator_name, institution_name, outcome_note, reference ON "placement" FOR EACH ROW WHEN (NEW.educator_contact IS NOT NULL OR NEW.educator_name IS NOT NULL OR NEW.institution_name IS NOT NULL OR NEW.outcome_note IS NOT NULL OR NEW.reference IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF other_services, problems, proposed_scope ON "referral" FOR EACH ROW WHEN (NEW.other_services IS NOT NULL OR NEW.problems IS NOT NULL OR NEW.proposed_scope IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF extension_reason, note, refusal_reason, representation_ref ON "rights_request" FOR EACH ROW WHEN (NEW.extension_reason IS NOT NULL OR NEW.note IS NOT NULL OR NEW.refusal_reason IS NOT NULL OR NEW.representation_ref IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('person_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF description, finding, institution ON "signal" FOR EACH ROW WHEN (NEW.description IS NOT NULL OR NEW.finding IS NOT NULL OR NEW.institution IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF arrangements_assistant, arrangements_family, notes, others_present, place_text, topics ON "visit" FOR EACH ROW WHEN (NEW.arrangements_assistant IS NOT NULL OR NEW.arrangements_family IS NOT NULL OR NEW.notes IS NOT NULL OR NEW.others_present IS NOT NULL OR NEW.place_text IS NOT NULL OR NEW.topics IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF agreements, consultation_opinion, goals, reason, resources ON "work_plan" FOR EACH ROW WHEN (NEW.agreements IS NOT NULL OR NEW.consultation_opinion IS NOT NULL OR NEW.goals IS NOT NULL OR NEW.reason IS NOT NULL OR NEW.resources IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF effects, reason_text, recommendations, risk_handled ON "closure" FOR EACH ROW WHEN (NEW.effects IS NOT NULL OR NEW.reason_text IS NOT NULL OR NEW.recommendations IS NOT NULL OR NEW.risk_handled IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF reason, risk_handled, risk_note ON "consent_withdrawal" FOR EACH ROW WHEN (NEW.reason IS NOT NULL OR NEW.risk_handled IS NOT NULL OR NEW.risk_note IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF cancelling, duration, duties_of_assistant, duties_of_family, meeting_frequency, meeting_place ON "cooperation_agreement" FOR EACH ROW WHEN (NEW.cancelling IS NOT NULL OR NEW.duration IS NOT NULL OR NEW.duties_of_assistant IS NOT NULL OR NEW.duties_of_family IS NOT NULL OR NEW.meeting_frequency IS NOT NULL OR NEW.meeting_place IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF remarks ON "goal_review" FOR EACH ROW WHEN (NEW.remarks IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF what ON "interview_update" FOR EACH ROW WHEN (NEW.what IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF situation ON "monitoring_check" FOR EACH ROW WHEN (NEW.situation IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF note ON "plan_progress" FOR EACH ROW WHEN (NEW.note IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF missing, reason, target ON "referral_decision" FOR EACH ROW WHEN (NEW.missing IS NOT NULL OR NEW.reason IS NOT NULL OR NEW.target IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF end_note, reason_text ON "suspension" FOR EACH ROW WHEN (NEW.end_note IS NOT NULL OR NEW.reason_text IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

CREATE TRIGGER refuse_erased AFTER INSERT OR UPDATE OF previous, reason ON "visit_correction" FOR EACH ROW WHEN (NEW.previous IS NOT NULL OR NEW.reason IS NOT NULL) EXECUTE FUNCTION app.refuse_erased('family_id');

-- Closed lists grow: every value that is there is on them, and they are made again at once.
ALTER TABLE access_sign
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_access_sign_unusual_sign,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_access_sign_unusual_sign CHECK (sign IN ('own_name', 'many_families', 'outside_hours', 'no_link', 'many_searches'));

ALTER TABLE destruction_file
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT ck_destruction_file_left_out_reason,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT ck_destruction_file_left_out_reason CHECK (left_out_because IN ('under_hold', 'in_use', 'kept_longer', 'open_request', 'erased_before', 'withdrawn'));

-- Requests of persons are few, and no row names a representative yet.
ALTER TABLE rights_request
    ADD COLUMN representative_id UUID,
    ADD COLUMN kept_family_ids UUID[] DEFAULT '{}' NOT NULL,
    -- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
    ADD CONSTRAINT fk_rights_request_centre_id_representative_id FOREIGN KEY(centre_id, representative_id) REFERENCES person (centre_id, id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_rights_request_representative ON rights_request (centre_id, representative_id);

RESET ROLE;
