-- The schema at the time of the first release; written down once, never edited.

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

CREATE SCHEMA app AUTHORIZATION asysta_owner;

GRANT USAGE, CREATE ON SCHEMA public TO asysta_owner;

SET ROLE asysta_owner;

GRANT USAGE ON SCHEMA app TO asysta_app;

CREATE FUNCTION app.centre() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.centre', true), '')::uuid;

CREATE FUNCTION app.account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.account', true), '')::uuid;

CREATE FUNCTION app.request() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.request', true), '')::uuid;

CREATE FUNCTION app.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.today', true), '')::date;

CREATE FUNCTION app.sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('app.sees_all', true) = 'yes', false);

CREATE FUNCTION app.z(instant timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

CREATE FUNCTION app.plain(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(public.unaccent('public.unaccent'::regdictionary, word));

CREATE FUNCTION app.find_families(words text[], pesel text, born_on date, phone text)
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
    SELECT p.family_id, 'pesel', '#', 1 FROM public.person p WHERE p.pesel = find_families.pesel
    UNION ALL
    SELECT p.family_id, 'born_on', '*', 0.4 FROM public.person p
     WHERE find_families.born_on IS NOT NULL AND p.born_on = find_families.born_on
    UNION ALL
    SELECT p.family_id, 'phone', '+', 0.9 FROM public.person p
     WHERE find_families.phone IS NOT NULL AND right(translate(p.phone, ' ()+-', ''), 9) = find_families.phone
    UNION ALL
    SELECT f.id, 'phone', '+', 0.9 FROM public.family f
     WHERE find_families.phone IS NOT NULL AND right(translate(f.phone, ' ()+-', ''), 9) = find_families.phone),
best AS (
    SELECT e.id, e.word, max(e.weight) AS weight, array_agg(DISTINCT e.field) AS fields
      FROM evidence e GROUP BY e.id, e.word),
found AS (
    SELECT b.id, round((1 - exp(sum(ln(greatest(1 - b.weight, 1e-6)))))::numeric, 2)::float8 AS score
      FROM best b GROUP BY b.id ORDER BY score DESC, b.id LIMIT 200)
SELECT f.id, f.surname::text, f.town::text, f.district_id, found.score,
       ARRAY(SELECT DISTINCT unnest(b.fields) FROM best b WHERE b.id = f.id ORDER BY 1)
  FROM found JOIN public.family f ON f.id = found.id;
PERFORM set_config('app.sees_all', coalesce(before, ''), true);
END $$;

CREATE FUNCTION app.raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

CREATE TABLE centre (
	id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	gmina VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	phone VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	CONSTRAINT pk_centre PRIMARY KEY (id), 
	CONSTRAINT uq_centre_code UNIQUE (code), 
	CONSTRAINT ck_centre_welfare_centre_kind CHECK (kind IN ('ops', 'mops', 'mopr', 'cus'))
);

CREATE TABLE account (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	login VARCHAR(80) NOT NULL, 
	full_name VARCHAR(200) NOT NULL, 
	roles TEXT[] NOT NULL, 
	password_hash VARCHAR(300) NOT NULL, 
	active BOOLEAN NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (centre_id, id), 
	CONSTRAINT account_login_taken UNIQUE (centre_id, login), 
	CONSTRAINT fk_account_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE TABLE audit_entry (
	centre_id UUID NOT NULL, 
	id UUID DEFAULT uuidv7() NOT NULL, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	account_id UUID, 
	request_id UUID, 
	operation VARCHAR NOT NULL, 
	verb VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	subject_id UUID NOT NULL, 
	family_id UUID, 
	changed TEXT[], 
	CONSTRAINT pk_audit_entry PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_audit_entry_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_audit_entry_account ON audit_entry (centre_id, account_id, id);

CREATE INDEX ix_audit_entry_family ON audit_entry (centre_id, family_id, id);

CREATE TABLE centre_settings (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	valid_from DATE NOT NULL, 
	family_limit INTEGER NOT NULL, 
	coordinator_family_limit INTEGER NOT NULL, 
	monitored_family_limit INTEGER NOT NULL, 
	assessment_months INTEGER NOT NULL, 
	goal_review_months INTEGER NOT NULL, 
	monthly_report BOOLEAN NOT NULL, 
	written_consent_required BOOLEAN NOT NULL, 
	joint_first_visit_required BOOLEAN NOT NULL, 
	supporting_family_required BOOLEAN NOT NULL, 
	final_assessment_required BOOLEAN NOT NULL, 
	contact_count INTEGER NOT NULL, 
	contact_period_days INTEGER NOT NULL, 
	works_from TIME WITHOUT TIME ZONE NOT NULL, 
	works_to TIME WITHOUT TIME ZONE NOT NULL, 
	working_weekdays TEXT[] NOT NULL, 
	decision_days INTEGER NOT NULL, 
	first_visit_days INTEGER NOT NULL, 
	diagnosis_days INTEGER NOT NULL, 
	plan_days INTEGER NOT NULL, 
	monitoring_interval_months INTEGER NOT NULL, 
	monitoring_months INTEGER NOT NULL, 
	suspension_review_days INTEGER NOT NULL, 
	training_reminder_months INTEGER NOT NULL, 
	due_soon_days INTEGER NOT NULL, 
	duty_hours JSONB NOT NULL, 
	CONSTRAINT pk_centre_settings PRIMARY KEY (centre_id, id), 
	CONSTRAINT centre_settings_one_a_day UNIQUE (centre_id, valid_from), 
	CONSTRAINT fk_centre_settings_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE TABLE district (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	name VARCHAR NOT NULL, 
	address VARCHAR, 
	CONSTRAINT pk_district PRIMARY KEY (centre_id, id), 
	CONSTRAINT district_name_taken UNIQUE (centre_id, name), 
	CONSTRAINT fk_district_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE TABLE family_search (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	searched_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	criteria TEXT[] NOT NULL, 
	found INTEGER NOT NULL, 
	CONSTRAINT pk_family_search PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_family_search_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_family_search_person ON family_search (centre_id, created_by, id);

CREATE TABLE idempotency_key (
	centre_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	key VARCHAR(128) NOT NULL, 
	request_hash VARCHAR(64) NOT NULL, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	status INTEGER, 
	headers JSONB, 
	body VARCHAR, 
	CONSTRAINT pk_idempotency_key PRIMARY KEY (centre_id, account_id, key), 
	CONSTRAINT fk_idempotency_key_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE TABLE data_authorisation (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	number VARCHAR NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	undertaking_signed_on DATE NOT NULL, 
	account_id UUID NOT NULL, 
	CONSTRAINT pk_data_authorisation PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_data_authorisation_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_data_authorisation_period CHECK (valid_to >= valid_from), 
	CONSTRAINT ck_data_authorisation_undertaking_first CHECK (undertaking_signed_on <= valid_from), 
	CONSTRAINT fk_data_authorisation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_data_authorisation_account ON data_authorisation (centre_id, account_id);

CREATE TABLE district_worker (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	account_id UUID NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	district_id UUID NOT NULL, 
	CONSTRAINT pk_district_worker PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_district_worker_centre_id_district_id FOREIGN KEY(centre_id, district_id) REFERENCES district (centre_id, id), 
	CONSTRAINT fk_district_worker_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_district_worker_period CHECK (valid_to >= valid_from), 
	CONSTRAINT fk_district_worker_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_district_worker_district ON district_worker (centre_id, district_id);

CREATE INDEX ix_district_worker_person ON district_worker (centre_id, account_id);

ALTER TABLE district_worker ADD CONSTRAINT district_worker_once EXCLUDE USING gist (centre_id WITH =, district_id WITH =, account_id WITH =, daterange(valid_from, valid_to) WITH &&);

CREATE TABLE family (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	surname VARCHAR, 
	street VARCHAR, 
	postcode VARCHAR, 
	town VARCHAR NOT NULL, 
	gmina VARCHAR NOT NULL, 
	homeless BOOLEAN NOT NULL, 
	last_registration_gmina VARCHAR, 
	phone VARCHAR, 
	district_id UUID, 
	sort_name TEXT GENERATED ALWAYS AS (app.plain(coalesce(surname, street))) STORED, 
	CONSTRAINT pk_family PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_family_centre_id_district_id FOREIGN KEY(centre_id, district_id) REFERENCES district (centre_id, id), 
	CONSTRAINT ck_family_known_by_something CHECK (surname IS NOT NULL OR street IS NOT NULL), 
	CONSTRAINT ck_family_registered_somewhere CHECK (NOT homeless OR last_registration_gmina IS NOT NULL), 
	CONSTRAINT fk_family_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_family_district ON family (centre_id, district_id);

CREATE INDEX ix_family_sorted ON family (centre_id, sort_name, id);

CREATE TABLE foster_family (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	register_number VARCHAR NOT NULL, 
	town VARCHAR NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	coordinator_id UUID, 
	children_in_care INTEGER NOT NULL, 
	CONSTRAINT pk_foster_family PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_foster_family_centre_id_coordinator_id FOREIGN KEY(centre_id, coordinator_id) REFERENCES account (centre_id, id), 
	CONSTRAINT foster_family_number UNIQUE (centre_id, register_number), 
	CONSTRAINT ck_foster_family_children CHECK (children_in_care >= 0), 
	CONSTRAINT fk_foster_family_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_foster_family_foster_family_kind CHECK (kind IN ('foster_family', 'childrens_home'))
);

CREATE INDEX ix_foster_family_coordinator ON foster_family (centre_id, coordinator_id);

CREATE INDEX ix_foster_family_town ON foster_family (centre_id, town, id);

CREATE TABLE place (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	worker_id UUID NOT NULL, 
	duty VARCHAR(64) NOT NULL, 
	slot INTEGER NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE, 
	source_id UUID NOT NULL, 
	CONSTRAINT pk_place PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_place_centre_id_worker_id FOREIGN KEY(centre_id, worker_id) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_place_slot CHECK (slot BETWEEN 1 AND 15), 
	CONSTRAINT ck_place_period CHECK (ends_on >= starts_on), 
	CONSTRAINT fk_place_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_place_duty CHECK (duty IN ('assistance', 'coordination'))
);

CREATE INDEX ix_place_source ON place (centre_id, source_id);

CREATE INDEX ix_place_worker ON place (centre_id, worker_id, duty, ends_on);

ALTER TABLE place ADD COLUMN period daterange GENERATED ALWAYS AS (nullif(daterange(starts_on, ends_on), 'empty')) STORED;

ALTER TABLE place ADD CONSTRAINT place_taken UNIQUE (centre_id, worker_id, duty, slot, period WITHOUT OVERLAPS) DEFERRABLE INITIALLY IMMEDIATE;

CREATE TABLE register_check (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	register_kind VARCHAR(64) NOT NULL, 
	checked_on DATE NOT NULL, 
	result VARCHAR(64) NOT NULL, 
	printout_ref VARCHAR NOT NULL, 
	account_id UUID NOT NULL, 
	CONSTRAINT pk_register_check PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_register_check_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_register_check_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_register_check_person_register CHECK (register_kind IN ('sex_offender_limited', 'commission')), 
	CONSTRAINT ck_register_check_check_result CHECK (result IN ('clear', 'found'))
);

CREATE INDEX ix_register_check_account ON register_check (centre_id, account_id, checked_on);

CREATE TABLE staff_profile (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	phone VARCHAR, 
	email VARCHAR, 
	employer_kind VARCHAR(64), 
	employer_name VARCHAR, 
	employment_form VARCHAR(64), 
	state VARCHAR(64) NOT NULL, 
	activated_on DATE, 
	suspended_from DATE, 
	ended_on DATE, 
	end_reason VARCHAR(2000), 
	qualification_path VARCHAR(64), 
	degree_field VARCHAR(64), 
	diploma_ref VARCHAR(300), 
	training_hours INTEGER NOT NULL, 
	training_ref VARCHAR(300), 
	postgraduate BOOLEAN NOT NULL, 
	experience_months INTEGER NOT NULL, 
	declared_on DATE, 
	parental_authority_intact BOOLEAN, 
	maintenance_duty VARCHAR(64), 
	no_conviction BOOLEAN, 
	criminal_record_ref VARCHAR(300), 
	criminal_record_on DATE, 
	countries_abroad TEXT[] NOT NULL, 
	foreign_records_ref VARCHAR(300), 
	CONSTRAINT pk_staff_profile PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_staff_profile_centre_id_id FOREIGN KEY(centre_id, id) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_staff_profile_suspended CHECK ((state = 'suspended') = (suspended_from IS NOT NULL)), 
	CONSTRAINT ck_staff_profile_ended CHECK ((state = 'ended') = (ended_on IS NOT NULL)), 
	CONSTRAINT ck_staff_profile_activated CHECK (state = 'draft' OR activated_on IS NOT NULL), 
	CONSTRAINT fk_staff_profile_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_staff_profile_employer_kind CHECK (employer_kind IN ('gmina_unit', 'commissioned')), 
	CONSTRAINT ck_staff_profile_employment_form CHECK (employment_form IN ('employment_task_based', 'service_contract')), 
	CONSTRAINT ck_staff_profile_staff_state CHECK (state IN ('draft', 'active', 'suspended', 'ended')), 
	CONSTRAINT ck_staff_profile_qualification_path CHECK (qualification_path IN ('a', 'b', 'c')), 
	CONSTRAINT ck_staff_profile_degree_field CHECK (degree_field IN ('pedagogy', 'psychology', 'sociology', 'family_sciences', 'social_work', 'other')), 
	CONSTRAINT ck_staff_profile_maintenance_duty CHECK (maintenance_duty IN ('no_title', 'fulfilled', 'not_fulfilled'))
);

CREATE INDEX ix_staff_profile_state ON staff_profile (centre_id, state);

CREATE TABLE staff_suspension (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	suspended_from DATE NOT NULL, 
	reason VARCHAR NOT NULL, 
	account_id UUID NOT NULL, 
	cause VARCHAR(64) NOT NULL, 
	lifted_on DATE, 
	lifted_reason VARCHAR(2000), 
	CONSTRAINT pk_staff_suspension PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_staff_suspension_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_staff_suspension_period CHECK (lifted_on >= suspended_from), 
	CONSTRAINT fk_staff_suspension_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_staff_suspension_suspension_cause CHECK (cause IN ('criminal_proceedings', 'register_entry'))
);

CREATE INDEX ix_staff_suspension_account ON staff_suspension (centre_id, account_id, suspended_from);

CREATE TABLE staff_training (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	subject VARCHAR NOT NULL, 
	held_on DATE NOT NULL, 
	hours INTEGER NOT NULL, 
	certificate_ref VARCHAR, 
	account_id UUID NOT NULL, 
	CONSTRAINT pk_staff_training PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_staff_training_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_staff_training_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_staff_training_training_kind CHECK (kind IN ('course', 'studies', 'supervision', 'self_study'))
);

CREATE INDEX ix_staff_training_account ON staff_training (centre_id, account_id, held_on);

CREATE TABLE user_session (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	account_id UUID NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_user_session PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_user_session_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_user_session_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_user_session_account ON user_session (centre_id, account_id);

CREATE TABLE access_grant (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	account_id UUID NOT NULL, 
	family_id UUID NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	source_id UUID NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_to DATE, 
	CONSTRAINT pk_access_grant PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_access_grant_centre_id_account_id FOREIGN KEY(centre_id, account_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_access_grant_centre_id_family_id FOREIGN KEY(centre_id, family_id) REFERENCES family (centre_id, id), 
	CONSTRAINT ck_access_grant_period CHECK (valid_to >= valid_from), 
	CONSTRAINT fk_access_grant_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_access_grant_grant_reason CHECK (reason IN ('recorded', 'casework', 'assignment', 'substitution', 'monitoring', 'placement'))
);

CREATE INDEX ix_access_grant_family ON access_grant (centre_id, family_id);

CREATE INDEX ix_access_grant_person ON access_grant (centre_id, account_id, family_id);

CREATE INDEX ix_access_grant_source ON access_grant (centre_id, source_id);

CREATE TABLE coordination (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	coordinator_id UUID NOT NULL, 
	application_received_on DATE NOT NULL, 
	opinion_asked_on DATE, 
	starts_on DATE NOT NULL, 
	foster_family_id UUID NOT NULL, 
	ended_on DATE, 
	CONSTRAINT pk_coordination PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_coordination_centre_id_foster_family_id FOREIGN KEY(centre_id, foster_family_id) REFERENCES foster_family (centre_id, id), 
	CONSTRAINT fk_coordination_centre_id_coordinator_id FOREIGN KEY(centre_id, coordinator_id) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_coordination_period CHECK (ended_on > starts_on), 
	CONSTRAINT ck_coordination_application_first CHECK (starts_on >= application_received_on), 
	CONSTRAINT fk_coordination_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_coordination_coordinator ON coordination (centre_id, coordinator_id);

CREATE INDEX ix_coordination_foster_family ON coordination (centre_id, foster_family_id, starts_on);

ALTER TABLE coordination ADD CONSTRAINT coordination_one_at_a_time EXCLUDE USING gist (centre_id WITH =, foster_family_id WITH =, daterange(starts_on, ended_on) WITH &&);

CREATE TABLE event (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	type VARCHAR(64) NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID, 
	subject_id UUID NOT NULL, 
	on_date DATE NOT NULL, 
	CONSTRAINT pk_event PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_event_centre_id_family_id FOREIGN KEY(centre_id, family_id) REFERENCES family (centre_id, id), 
	CONSTRAINT fk_event_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_event_event_type CHECK (type IN ('family_recorded', 'signal_received', 'interview_started', 'interview_completed', 'interview_updated', 'no_need_found', 'offer_presented', 'consent_given', 'consent_refused', 'consent_withdrawn', 'consent_renewed', 'application_submitted', 'analysis_begun', 'application_returned', 'application_refused', 'application_redirected', 'assistant_assigned', 'assistant_changed', 'substitution_set', 'first_visit_held', 'first_visit_confirmed', 'rules_agreed', 'visit_recorded', 'visit_failed', 'visit_corrected', 'diagnosis_made', 'diagnosis_revised', 'plan_drafted', 'plan_consulted', 'plan_agreed', 'plan_activated', 'plan_revised', 'plan_abandoned', 'plan_action_done', 'goals_reviewed', 'assessment_drafted', 'assessment_signed', 'assessment_handed_over', 'assessment_received', 'child_placed', 'placement_ended', 'cooperation_suspended', 'cooperation_resumed', 'suspension_proposed', 'release_proposed', 'motion_granted', 'motion_refused', 'motion_withdrawn', 'closure_proposed', 'case_closed', 'monitoring_started', 'monitoring_checked', 'monitoring_ended', 'case_archived'))
);

CREATE INDEX ix_event_case ON event (centre_id, case_id, id);

CREATE INDEX ix_event_family ON event (centre_id, family_id, id);

CREATE TABLE family_case (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	basis VARCHAR(64) NOT NULL, 
	opened_on DATE NOT NULL, 
	social_worker_id UUID NOT NULL, 
	previous_case_id UUID, 
	consent_withdrawn_on DATE, 
	work_started_on DATE, 
	closed_on DATE, 
	CONSTRAINT pk_family_case PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_family_case_centre_id_family_id FOREIGN KEY(centre_id, family_id) REFERENCES family (centre_id, id), 
	CONSTRAINT fk_family_case_centre_id_social_worker_id FOREIGN KEY(centre_id, social_worker_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_family_case_centre_id_previous_case_id FOREIGN KEY(centre_id, previous_case_id) REFERENCES family_case (centre_id, id), 
	CONSTRAINT uq_family_case_family UNIQUE (centre_id, id, family_id), 
	CONSTRAINT fk_family_case_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_family_case_case_state CHECK (state IN ('signal_received', 'interview_in_progress', 'diagnosed', 'no_need', 'offer_presented', 'consent_given', 'consent_refused', 'application_submitted', 'under_analysis', 'returned', 'refused', 'redirected', 'assigned', 'first_visit_done', 'diagnosis_done', 'plan_draft', 'in_progress', 'suspended', 'closed', 'monitoring', 'archived')), 
	CONSTRAINT ck_family_case_case_basis CHECK (basis IN ('consent'))
);

CREATE UNIQUE INDEX family_case_one_live ON family_case (centre_id, family_id) WHERE state NOT IN ('no_need', 'refused', 'redirected', 'archived');

CREATE INDEX ix_family_case_family ON family_case (centre_id, family_id, id);

CREATE INDEX ix_family_case_previous ON family_case (centre_id, previous_case_id);

CREATE INDEX ix_family_case_social_worker ON family_case (centre_id, social_worker_id, id);

CREATE INDEX ix_family_case_state ON family_case (centre_id, state, id);

CREATE TABLE person (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	first_name VARCHAR NOT NULL, 
	last_name VARCHAR NOT NULL, 
	role VARCHAR(64) NOT NULL, 
	born_on DATE, 
	pesel VARCHAR, 
	parental_authority VARCHAR(64) NOT NULL, 
	participates BOOLEAN NOT NULL, 
	phone VARCHAR, 
	left_on DATE, 
	left_reason VARCHAR(64), 
	CONSTRAINT pk_person PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_person_centre_id_family_id FOREIGN KEY(centre_id, family_id) REFERENCES family (centre_id, id), 
	CONSTRAINT uq_person_family UNIQUE (centre_id, id, family_id), 
	CONSTRAINT ck_person_departure CHECK ((left_on IS NULL) = (left_reason IS NULL)), 
	CONSTRAINT fk_person_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_person_family_role CHECK (role IN ('mother', 'father', 'partner', 'guardian', 'child', 'other')), 
	CONSTRAINT ck_person_parental_authority CHECK (parental_authority IN ('full', 'limited', 'suspended', 'deprived', 'none')), 
	CONSTRAINT ck_person_departure_reason CHECK (left_reason IN ('moved_out', 'separated', 'independent', 'adopted', 'death', 'recorded_by_mistake'))
);

CREATE INDEX ix_person_family ON person (centre_id, family_id);

CREATE INDEX ix_person_pesel ON person (centre_id, pesel);

CREATE UNIQUE INDEX person_pesel_current ON person (centre_id, pesel) WHERE left_on IS NULL;

CREATE TABLE refresh_token (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	session_id UUID NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_refresh_token PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_refresh_token_centre_id_session_id FOREIGN KEY(centre_id, session_id) REFERENCES user_session (centre_id, id), 
	CONSTRAINT uq_refresh_token_hash UNIQUE (centre_id, token_hash), 
	CONSTRAINT fk_refresh_token_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_refresh_token_session ON refresh_token (centre_id, session_id);

CREATE TABLE archived_case (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	archived_on DATE NOT NULL, 
	retention_category VARCHAR NOT NULL, 
	retention_until DATE, 
	CONSTRAINT pk_archived_case PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_archived_case_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT ck_archived_case_retention CHECK (retention_until > archived_on), 
	CONSTRAINT fk_archived_case_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE UNIQUE INDEX archived_case_once ON archived_case (centre_id, case_id, family_id);

CREATE TABLE assessment (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	period_to DATE NOT NULL, 
	involvement VARCHAR, 
	supporting_family_considered BOOLEAN, 
	supporting_family_note VARCHAR, 
	conclusion VARCHAR(64), 
	conclusions_text VARCHAR, 
	state VARCHAR(64) NOT NULL, 
	period_from DATE NOT NULL, 
	goals JSONB NOT NULL, 
	spheres JSONB NOT NULL, 
	children JSONB NOT NULL, 
	signed_on DATE, 
	signed_by UUID, 
	withdrawal_reason VARCHAR, 
	handed_over_on DATE, 
	due_on DATE, 
	recipients JSONB NOT NULL, 
	received_on DATE, 
	received_by UUID, 
	warnings TEXT[] NOT NULL, 
	CONSTRAINT pk_assessment PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_assessment_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT ck_assessment_period CHECK (period_from <= period_to), 
	CONSTRAINT ck_assessment_signed CHECK (state IN ('draft', 'discarded') OR signed_on IS NOT NULL), 
	CONSTRAINT ck_assessment_handed_over CHECK (state NOT IN ('handed_over', 'received') OR handed_over_on >= signed_on), 
	CONSTRAINT ck_assessment_received CHECK (state <> 'received' OR received_on IS NOT NULL), 
	CONSTRAINT fk_assessment_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_assessment_assessment_kind CHECK (kind IN ('periodic', 'final')), 
	CONSTRAINT ck_assessment_conclusion CHECK (conclusion IN ('continue', 'modify', 'close')), 
	CONSTRAINT ck_assessment_assessment_state CHECK (state IN ('draft', 'signed', 'handed_over', 'received', 'discarded'))
);

CREATE UNIQUE INDEX assessment_one_open ON assessment (centre_id, case_id, kind) WHERE state IN ('draft', 'signed');

CREATE INDEX ix_assessment_case ON assessment (centre_id, case_id, family_id);

CREATE TABLE assignment (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	assistant_id UUID NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE, 
	end_reason VARCHAR(64), 
	replaces_id UUID, 
	letter_no VARCHAR(300), 
	override_reason VARCHAR(2000), 
	requested_by VARCHAR(64), 
	reason VARCHAR(2000), 
	absence VARCHAR(64), 
	handover_note VARCHAR(20000), 
	CONSTRAINT pk_assignment PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_assignment_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_assignment_centre_id_assistant_id FOREIGN KEY(centre_id, assistant_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_assignment_centre_id_replaces_id FOREIGN KEY(centre_id, replaces_id) REFERENCES assignment (centre_id, id), 
	CONSTRAINT ck_assignment_period CHECK (ends_on >= starts_on), 
	CONSTRAINT ck_assignment_substitution_ends CHECK (kind = 'primary' OR ends_on IS NOT NULL), 
	CONSTRAINT ck_assignment_end_reason CHECK (kind = 'substitute' OR (ends_on IS NULL) = (end_reason IS NULL)), 
	CONSTRAINT fk_assignment_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_assignment_assignment_kind CHECK (kind IN ('primary', 'substitute')), 
	CONSTRAINT ck_assignment_assignment_end CHECK (end_reason IN ('transfer', 'ended_early', 'closure')), 
	CONSTRAINT ck_assignment_transfer_requester CHECK (requested_by IN ('family', 'assistant', 'social_worker', 'manager')), 
	CONSTRAINT ck_assignment_absence_reason CHECK (absence IN ('leave', 'sickness', 'art13', 'other'))
);

CREATE UNIQUE INDEX assignment_one_open_primary ON assignment (centre_id, case_id) WHERE kind = 'primary' AND ends_on IS NULL;

CREATE INDEX ix_assignment_assistant ON assignment (centre_id, assistant_id, ends_on);

CREATE INDEX ix_assignment_case ON assignment (centre_id, case_id, family_id);

CREATE INDEX ix_assignment_replaces ON assignment (centre_id, replaces_id);

ALTER TABLE assignment ADD CONSTRAINT assignment_one_of_a_kind EXCLUDE USING gist (centre_id WITH =, case_id WITH =, kind WITH =, daterange(starts_on, ends_on) WITH &&);

CREATE TABLE consent_refusal (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	refused_on DATE NOT NULL, 
	by UUID[] NOT NULL, 
	form VARCHAR(64) NOT NULL, 
	note VARCHAR NOT NULL, 
	court_notice_considered BOOLEAN NOT NULL, 
	court_notice_reason VARCHAR NOT NULL, 
	CONSTRAINT pk_consent_refusal PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_consent_refusal_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_consent_refusal_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_consent_refusal_consent_form CHECK (form IN ('written', 'oral'))
);

CREATE INDEX ix_consent_refusal_case ON consent_refusal (centre_id, case_id, family_id);

CREATE TABLE deadline (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	subject_id UUID NOT NULL, 
	started_on DATE NOT NULL, 
	due_on DATE NOT NULL, 
	settled_on DATE, 
	dropped_on DATE, 
	pauses JSONB NOT NULL, 
	CONSTRAINT pk_deadline PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_deadline_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_deadline_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_deadline_deadline_kind CHECK (kind IN ('interview', 'interview_update', 'decision', 'first_visit', 'diagnosis', 'plan', 'plan_action', 'goal_review', 'periodic_assessment', 'suspension_review', 'monitoring_check'))
);

CREATE UNIQUE INDEX deadline_one_open ON deadline (centre_id, case_id, kind, subject_id) WHERE settled_on IS NULL AND dropped_on IS NULL;

CREATE INDEX ix_deadline_case ON deadline (centre_id, case_id, family_id);

CREATE INDEX ix_deadline_open ON deadline (centre_id, due_on, id) WHERE settled_on IS NULL AND dropped_on IS NULL;

CREATE TABLE diagnosis (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	made_on DATE NOT NULL, 
	spheres JSONB NOT NULL, 
	parenting VARCHAR NOT NULL, 
	strengths TEXT[] NOT NULL, 
	resources_held VARCHAR, 
	resources_at_risk VARCHAR, 
	resources_missing VARCHAR, 
	crisis_causes VARCHAR NOT NULL, 
	children JSONB NOT NULL, 
	supporting_persons JSONB NOT NULL, 
	notes VARCHAR, 
	version_no INTEGER NOT NULL, 
	reason VARCHAR, 
	CONSTRAINT pk_diagnosis PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_diagnosis_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT diagnosis_one_version UNIQUE (centre_id, case_id, version_no), 
	CONSTRAINT ck_diagnosis_counted CHECK (version_no > 0), 
	CONSTRAINT ck_diagnosis_reasoned CHECK ((version_no = 1) = (reason IS NULL)), 
	CONSTRAINT ck_diagnosis_strengths CHECK (cardinality(strengths) > 0), 
	CONSTRAINT ck_diagnosis_five_spheres CHECK (jsonb_array_length(spheres) = 5), 
	CONSTRAINT fk_diagnosis_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_diagnosis_case ON diagnosis (centre_id, case_id, family_id);

CREATE TABLE failed_visit (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	planned_on DATE NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	note VARCHAR, 
	CONSTRAINT pk_failed_visit PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_failed_visit_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_failed_visit_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_failed_visit_failed_visit_reason CHECK (reason IN ('nobody_home', 'refused_entry', 'cancelled_by_family', 'cancelled_by_assistant', 'other'))
);

CREATE INDEX ix_failed_visit_case ON failed_visit (centre_id, case_id, family_id, planned_on, id);

CREATE TABLE family_consent (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	signed_on DATE NOT NULL, 
	form VARCHAR(64) NOT NULL, 
	document_ref VARCHAR, 
	scope VARCHAR NOT NULL, 
	information_clause_handed BOOLEAN NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	signers_left INTEGER NOT NULL, 
	CONSTRAINT pk_family_consent PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_family_consent_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT ck_family_consent_signers_left CHECK (signers_left >= 0), 
	CONSTRAINT ck_family_consent_active_while_signed CHECK ((state = 'active') = (signers_left > 0)), 
	CONSTRAINT ck_family_consent_document CHECK (form <> 'written' OR document_ref IS NOT NULL), 
	CONSTRAINT fk_family_consent_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_family_consent_consent_form CHECK (form IN ('written', 'oral')), 
	CONSTRAINT ck_family_consent_consent_state CHECK (state IN ('active', 'withdrawn'))
);

CREATE INDEX ix_family_consent_case ON family_consent (centre_id, case_id, family_id);

CREATE INDEX ix_family_consent_history ON family_consent (centre_id, case_id, signed_on, id);

CREATE TABLE interview (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	living_situation VARCHAR, 
	problems TEXT[] NOT NULL, 
	diagnosis VARCHAR, 
	started_on DATE NOT NULL, 
	place VARCHAR(64) NOT NULL, 
	agreed_off_hours BOOLEAN NOT NULL, 
	manager_consent_ref VARCHAR, 
	state VARCHAR(64) NOT NULL, 
	due_on DATE NOT NULL, 
	done_on DATE, 
	working_days INTEGER, 
	need BOOLEAN, 
	need_reason VARCHAR(2000), 
	children_heard JSONB NOT NULL, 
	warnings TEXT[] NOT NULL, 
	CONSTRAINT pk_interview PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_interview_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT ck_interview_completed_with_diagnosis CHECK (state = 'in_progress' OR (done_on IS NOT NULL AND diagnosis IS NOT NULL AND living_situation IS NOT NULL AND need IS NOT NULL AND need_reason IS NOT NULL)), 
	CONSTRAINT ck_interview_period CHECK (done_on >= started_on), 
	CONSTRAINT fk_interview_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_interview_interview_place CHECK (place IN ('home', 'stay', 'other')), 
	CONSTRAINT ck_interview_interview_state CHECK (state IN ('in_progress', 'completed'))
);

CREATE UNIQUE INDEX ix_interview_case ON interview (centre_id, case_id, family_id);

CREATE TABLE monitoring (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	assistant_id UUID NOT NULL, 
	starts_on DATE NOT NULL, 
	planned_end DATE NOT NULL, 
	interval_months INTEGER NOT NULL, 
	ended_on DATE, 
	outcome VARCHAR, 
	warnings TEXT[] NOT NULL, 
	CONSTRAINT pk_monitoring PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_monitoring_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_monitoring_centre_id_assistant_id FOREIGN KEY(centre_id, assistant_id) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_monitoring_period CHECK (planned_end > starts_on), 
	CONSTRAINT ck_monitoring_ended CHECK (ended_on >= starts_on), 
	CONSTRAINT ck_monitoring_outcome CHECK ((ended_on IS NULL) = (outcome IS NULL)), 
	CONSTRAINT fk_monitoring_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_monitoring_assistant ON monitoring (centre_id, assistant_id);

CREATE UNIQUE INDEX monitoring_one_a_case ON monitoring (centre_id, case_id, family_id);

CREATE TABLE motion (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	suspension_reason VARCHAR(64), 
	closure_reason VARCHAR(64), 
	text VARCHAR, 
	review_on DATE, 
	state VARCHAR(64) NOT NULL, 
	proposed_on DATE NOT NULL, 
	decided_on DATE, 
	decided_by UUID, 
	decision_note VARCHAR, 
	CONSTRAINT pk_motion PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_motion_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT ck_motion_decided CHECK ((state = 'open') = (decided_on IS NULL)), 
	CONSTRAINT ck_motion_a5 CHECK (closure_reason <> 'child_placed'), 
	CONSTRAINT fk_motion_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_motion_motion_kind CHECK (kind IN ('suspension', 'closure', 'release')), 
	CONSTRAINT ck_motion_suspension_reason CHECK (suspension_reason IN ('hospital', 'prison', 'family_away', 'other')), 
	CONSTRAINT ck_motion_closure_reason CHECK (closure_reason IN ('goals_achieved', 'family_ceased_cooperation', 'no_effects', 'method_changed', 'moved_out', 'death', 'court_order_ended', 'child_adult', 'child_adopted', 'transferred_to_other_entity', 'other', 'child_placed')), 
	CONSTRAINT ck_motion_motion_state CHECK (state IN ('open', 'granted', 'refused', 'withdrawn'))
);

CREATE INDEX ix_motion_case ON motion (centre_id, case_id, family_id);

CREATE UNIQUE INDEX motion_one_open ON motion (centre_id, case_id, kind) WHERE state = 'open';

CREATE TABLE offer (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	presented_on DATE NOT NULL, 
	forms TEXT[] NOT NULL, 
	other_form VARCHAR, 
	support TEXT[] NOT NULL, 
	description VARCHAR NOT NULL, 
	materials_handed BOOLEAN NOT NULL, 
	CONSTRAINT pk_offer PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_offer_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT ck_offer_other_form_named CHECK (('other' = ANY (forms)) = (other_form IS NOT NULL)), 
	CONSTRAINT fk_offer_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_offer_case ON offer (centre_id, case_id, family_id);

CREATE TABLE placement (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	form VARCHAR(64) NOT NULL, 
	starts_on DATE NOT NULL, 
	legal_basis VARCHAR(64) NOT NULL, 
	reference VARCHAR, 
	foster_family_id UUID, 
	tasks_performed_by VARCHAR(64), 
	institution_name VARCHAR, 
	educator_name VARCHAR, 
	educator_contact VARCHAR, 
	notice_received_on DATE, 
	ended_on DATE, 
	outcome VARCHAR(64), 
	outcome_note VARCHAR, 
	CONSTRAINT pk_placement PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_placement_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_placement_centre_id_person_id_family_id FOREIGN KEY(centre_id, person_id, family_id) REFERENCES person (centre_id, id, family_id), 
	CONSTRAINT fk_placement_centre_id_foster_family_id FOREIGN KEY(centre_id, foster_family_id) REFERENCES foster_family (centre_id, id), 
	CONSTRAINT ck_placement_period CHECK (ended_on >= starts_on), 
	CONSTRAINT ck_placement_outcome CHECK ((ended_on IS NULL) = (outcome IS NULL)), 
	CONSTRAINT ck_placement_details CHECK (CASE form WHEN 'family' THEN tasks_performed_by IS NOT NULL AND institution_name IS NULL AND educator_name IS NULL AND educator_contact IS NULL ELSE institution_name IS NOT NULL AND educator_name IS NOT NULL AND educator_contact IS NOT NULL AND foster_family_id IS NULL AND tasks_performed_by IS NULL END), 
	CONSTRAINT fk_placement_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_placement_care_form CHECK (form IN ('family', 'institution')), 
	CONSTRAINT ck_placement_placement_basis CHECK (legal_basis IN ('court_order', 'art_35_agreement', 'art_12a', 'police')), 
	CONSTRAINT ck_placement_care_tasks_by CHECK (tasks_performed_by IN ('coordinator', 'organiser')), 
	CONSTRAINT ck_placement_placement_outcome CHECK (outcome IN ('returned', 'adopted', 'adult', 'authority_removed', 'other'))
);

CREATE INDEX ix_placement_case ON placement (centre_id, case_id, family_id);

CREATE INDEX ix_placement_foster_family ON placement (centre_id, foster_family_id);

CREATE INDEX ix_placement_person ON placement (centre_id, person_id, family_id);

CREATE UNIQUE INDEX placement_one_open ON placement (centre_id, person_id) WHERE ended_on IS NULL;

CREATE TABLE referral (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	problems TEXT[] NOT NULL, 
	proposed_scope VARCHAR NOT NULL, 
	urgency VARCHAR(64) NOT NULL, 
	other_services TEXT[] NOT NULL, 
	submitted_on DATE, 
	analysis_begun_on DATE, 
	decided_on DATE, 
	CONSTRAINT pk_referral PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_referral_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT referral_one_per_case UNIQUE (centre_id, case_id), 
	CONSTRAINT ck_referral_problems CHECK (cardinality(problems) > 0), 
	CONSTRAINT fk_referral_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_referral_referral_urgency CHECK (urgency IN ('ordinary', 'urgent', 'immediate'))
);

CREATE INDEX ix_referral_case ON referral (centre_id, case_id, family_id);

CREATE TABLE signal (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	received_on DATE NOT NULL, 
	source VARCHAR(64) NOT NULL, 
	institution VARCHAR, 
	urgent BOOLEAN NOT NULL, 
	description VARCHAR NOT NULL, 
	social_worker_id UUID NOT NULL, 
	warnings TEXT[] NOT NULL, 
	CONSTRAINT pk_signal PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_signal_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_signal_centre_id_social_worker_id FOREIGN KEY(centre_id, social_worker_id) REFERENCES account (centre_id, id), 
	CONSTRAINT fk_signal_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_signal_signal_source CHECK (source IN ('institution', 'family', 'neighbour', 'own_observation', 'court', 'police', 'other'))
);

CREATE UNIQUE INDEX ix_signal_case ON signal (centre_id, case_id, family_id);

CREATE INDEX ix_signal_received ON signal (centre_id, received_on, id);

CREATE INDEX ix_signal_social_worker ON signal (centre_id, social_worker_id);

CREATE TABLE visit (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	held_on DATE NOT NULL, 
	begins TIME WITHOUT TIME ZONE NOT NULL, 
	ends TIME WITHOUT TIME ZONE NOT NULL, 
	place VARCHAR(64), 
	place_text VARCHAR, 
	present UUID[] NOT NULL, 
	others_present VARCHAR, 
	arrangements_family VARCHAR, 
	arrangements_assistant VARCHAR, 
	next_visit_on DATE, 
	notes VARCHAR, 
	kind VARCHAR(64) NOT NULL, 
	tasks TEXT[] NOT NULL, 
	topics VARCHAR, 
	plan_refs TEXT[] NOT NULL, 
	social_worker_id UUID, 
	recorded_on DATE NOT NULL, 
	confirmed_on DATE, 
	confirmed_by UUID, 
	warnings TEXT[] NOT NULL, 
	CONSTRAINT pk_visit PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_visit_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_visit_centre_id_social_worker_id FOREIGN KEY(centre_id, social_worker_id) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_visit_order CHECK (ends > begins), 
	CONSTRAINT ck_visit_placed CHECK (place IS NOT NULL OR kind = 'phone'), 
	CONSTRAINT ck_visit_place_named CHECK (place IS NULL OR place = 'home' OR place_text IS NOT NULL), 
	CONSTRAINT ck_visit_somebody_present CHECK (cardinality(present) > 0), 
	CONSTRAINT ck_visit_tasks CHECK (kind = 'first_joint' OR cardinality(tasks) > 0), 
	CONSTRAINT ck_visit_joint CHECK (kind = 'first_joint' OR social_worker_id IS NULL), 
	CONSTRAINT ck_visit_confirmed CHECK ((confirmed_on IS NULL) = (confirmed_by IS NULL)), 
	CONSTRAINT fk_visit_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_visit_visit_place CHECK (place IN ('home', 'family_indicated', 'other')), 
	CONSTRAINT ck_visit_visit_kind CHECK (kind IN ('first_joint', 'home_visit', 'office', 'accompaniment', 'phone', 'other'))
);

CREATE INDEX ix_visit_case ON visit (centre_id, case_id, family_id, held_on, id);

CREATE INDEX ix_visit_social_worker ON visit (centre_id, social_worker_id);

CREATE UNIQUE INDEX visit_one_first ON visit (centre_id, case_id) WHERE kind = 'first_joint';

CREATE TABLE work_plan (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	goals JSONB NOT NULL, 
	participants UUID[] NOT NULL, 
	resources VARCHAR, 
	reason VARCHAR, 
	valid_from DATE NOT NULL, 
	version_no INTEGER NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	consulted_on DATE, 
	consulted_by UUID, 
	consultation_opinion VARCHAR, 
	agreements JSONB NOT NULL, 
	activated_on DATE, 
	signed_by UUID[] NOT NULL, 
	placements_covered UUID[] NOT NULL, 
	superseded_on DATE, 
	last_reviewed_on DATE, 
	actions_done INTEGER NOT NULL, 
	CONSTRAINT pk_work_plan PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_work_plan_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_work_plan_centre_id_consulted_by FOREIGN KEY(centre_id, consulted_by) REFERENCES account (centre_id, id), 
	CONSTRAINT work_plan_version UNIQUE (centre_id, case_id, version_no), 
	CONSTRAINT ck_work_plan_consultation CHECK ((consulted_on IS NULL) = (consulted_by IS NULL)), 
	CONSTRAINT ck_work_plan_activated CHECK (state NOT IN ('active', 'superseded') OR (activated_on IS NOT NULL AND consulted_on IS NOT NULL AND cardinality(signed_by) > 0 AND cardinality(participants) > 0 AND jsonb_array_length(goals) > 0)), 
	CONSTRAINT ck_work_plan_superseded CHECK ((state = 'superseded') = (superseded_on IS NOT NULL)), 
	CONSTRAINT fk_work_plan_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_work_plan_plan_state CHECK (state IN ('draft', 'active', 'superseded', 'abandoned'))
);

CREATE INDEX ix_work_plan_case ON work_plan (centre_id, case_id, family_id);

CREATE INDEX ix_work_plan_consulted_by ON work_plan (centre_id, consulted_by);

CREATE UNIQUE INDEX work_plan_one_active ON work_plan (centre_id, case_id) WHERE state = 'active';

CREATE UNIQUE INDEX work_plan_one_draft ON work_plan (centre_id, case_id) WHERE state = 'draft';

CREATE FUNCTION app.keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of the plan is immutable' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER keep_plan BEFORE UPDATE ON work_plan FOR EACH ROW WHEN (OLD.state <> 'draft' AND (OLD.goals, OLD.participants, OLD.resources, OLD.reason, OLD.valid_from, OLD.version_no, OLD.agreements, OLD.consulted_on, OLD.signed_by, OLD.placements_covered) IS DISTINCT FROM (NEW.goals, NEW.participants, NEW.resources, NEW.reason, NEW.valid_from, NEW.version_no, NEW.agreements, NEW.consulted_on, NEW.signed_by, NEW.placements_covered)) EXECUTE FUNCTION app.keep_plan();

CREATE TABLE closure (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	reason_text VARCHAR, 
	closed_on DATE NOT NULL, 
	effects VARCHAR NOT NULL, 
	recommendations VARCHAR NOT NULL, 
	monitoring BOOLEAN NOT NULL, 
	risk_handled VARCHAR, 
	reported_as VARCHAR(64) NOT NULL, 
	motion_id UUID, 
	final_assessment_id UUID, 
	CONSTRAINT pk_closure PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_closure_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_closure_centre_id_motion_id FOREIGN KEY(centre_id, motion_id) REFERENCES motion (centre_id, id), 
	CONSTRAINT fk_closure_centre_id_final_assessment_id FOREIGN KEY(centre_id, final_assessment_id) REFERENCES assessment (centre_id, id), 
	CONSTRAINT ck_closure_a5 CHECK (reason <> 'child_placed'), 
	CONSTRAINT ck_closure_explained CHECK (reason <> 'other' OR reason_text IS NOT NULL), 
	CONSTRAINT fk_closure_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_closure_closure_reason CHECK (reason IN ('goals_achieved', 'family_ceased_cooperation', 'no_effects', 'method_changed', 'moved_out', 'death', 'court_order_ended', 'child_adult', 'child_adopted', 'transferred_to_other_entity', 'other', 'child_placed')), 
	CONSTRAINT ck_closure_reported_reason CHECK (reported_as IN ('goals_achieved', 'family_ceased_cooperation', 'no_effects', 'method_changed'))
);

CREATE UNIQUE INDEX closure_one_a_case ON closure (centre_id, case_id, family_id);

CREATE INDEX ix_closure_final_assessment ON closure (centre_id, final_assessment_id);

CREATE INDEX ix_closure_motion ON closure (centre_id, motion_id);

CREATE TABLE consent_signature (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	consent_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	signed_on DATE NOT NULL, 
	withdrawn_on DATE, 
	CONSTRAINT pk_consent_signature PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_consent_signature_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_consent_signature_centre_id_consent_id FOREIGN KEY(centre_id, consent_id) REFERENCES family_consent (centre_id, id), 
	CONSTRAINT fk_consent_signature_centre_id_person_id_family_id FOREIGN KEY(centre_id, person_id, family_id) REFERENCES person (centre_id, id, family_id), 
	CONSTRAINT ck_consent_signature_period CHECK (withdrawn_on >= signed_on), 
	CONSTRAINT fk_consent_signature_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE UNIQUE INDEX consent_signature_once ON consent_signature (centre_id, consent_id, person_id);

CREATE INDEX ix_consent_signature_case ON consent_signature (centre_id, case_id, family_id);

CREATE INDEX ix_consent_signature_person ON consent_signature (centre_id, person_id, family_id);

CREATE TABLE consent_withdrawal (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	withdrawn_on DATE NOT NULL, 
	signer_id UUID NOT NULL, 
	form VARCHAR(64) NOT NULL, 
	reason VARCHAR, 
	risk_to_children BOOLEAN NOT NULL, 
	risk_note VARCHAR, 
	continues_without BOOLEAN NOT NULL, 
	consent_id UUID NOT NULL, 
	CONSTRAINT pk_consent_withdrawal PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_consent_withdrawal_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_consent_withdrawal_centre_id_consent_id FOREIGN KEY(centre_id, consent_id) REFERENCES family_consent (centre_id, id), 
	CONSTRAINT fk_consent_withdrawal_centre_id_signer_id_family_id FOREIGN KEY(centre_id, signer_id, family_id) REFERENCES person (centre_id, id, family_id), 
	CONSTRAINT ck_consent_withdrawal_risk_described CHECK (NOT risk_to_children OR risk_note IS NOT NULL), 
	CONSTRAINT fk_consent_withdrawal_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_consent_withdrawal_consent_form CHECK (form IN ('written', 'oral'))
);

CREATE INDEX ix_consent_withdrawal_case ON consent_withdrawal (centre_id, case_id, family_id);

CREATE INDEX ix_consent_withdrawal_consent ON consent_withdrawal (centre_id, consent_id);

CREATE INDEX ix_consent_withdrawal_signer ON consent_withdrawal (centre_id, signer_id, family_id);

CREATE TABLE cooperation_agreement (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	meeting_frequency VARCHAR NOT NULL, 
	meeting_place VARCHAR NOT NULL, 
	duties_of_family VARCHAR NOT NULL, 
	duties_of_assistant VARCHAR NOT NULL, 
	cancelling VARCHAR NOT NULL, 
	duration VARCHAR, 
	version_no INTEGER NOT NULL, 
	agreed_on DATE NOT NULL, 
	visit_id UUID, 
	CONSTRAINT pk_cooperation_agreement PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_cooperation_agreement_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_cooperation_agreement_centre_id_visit_id FOREIGN KEY(centre_id, visit_id) REFERENCES visit (centre_id, id), 
	CONSTRAINT cooperation_one_version UNIQUE (centre_id, case_id, version_no), 
	CONSTRAINT ck_cooperation_agreement_counted CHECK (version_no > 0), 
	CONSTRAINT fk_cooperation_agreement_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_cooperation_agreement_case ON cooperation_agreement (centre_id, case_id, family_id);

CREATE INDEX ix_cooperation_agreement_visit ON cooperation_agreement (centre_id, visit_id);

CREATE TABLE goal_review (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	reviewed_on DATE NOT NULL, 
	remarks VARCHAR NOT NULL, 
	plan_id UUID NOT NULL, 
	CONSTRAINT pk_goal_review PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_goal_review_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_goal_review_centre_id_plan_id FOREIGN KEY(centre_id, plan_id) REFERENCES work_plan (centre_id, id), 
	CONSTRAINT fk_goal_review_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_goal_review_case ON goal_review (centre_id, case_id, family_id);

CREATE INDEX ix_goal_review_plan ON goal_review (centre_id, plan_id);

CREATE TABLE interview_update (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	updated_on DATE NOT NULL, 
	what VARCHAR NOT NULL, 
	interview_id UUID NOT NULL, 
	CONSTRAINT pk_interview_update PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_interview_update_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_interview_update_centre_id_interview_id FOREIGN KEY(centre_id, interview_id) REFERENCES interview (centre_id, id), 
	CONSTRAINT fk_interview_update_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_interview_update_case ON interview_update (centre_id, case_id, family_id);

CREATE INDEX ix_interview_update_interview ON interview_update (centre_id, interview_id, updated_on);

CREATE TABLE monitoring_check (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	checked_on DATE NOT NULL, 
	mode VARCHAR(64) NOT NULL, 
	situation VARCHAR NOT NULL, 
	risk VARCHAR(64) NOT NULL, 
	next_on DATE, 
	monitoring_id UUID NOT NULL, 
	CONSTRAINT pk_monitoring_check PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_monitoring_check_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_monitoring_check_centre_id_monitoring_id FOREIGN KEY(centre_id, monitoring_id) REFERENCES monitoring (centre_id, id), 
	CONSTRAINT ck_monitoring_check_next CHECK (next_on > checked_on), 
	CONSTRAINT fk_monitoring_check_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_monitoring_check_check_mode CHECK (mode IN ('visit', 'phone', 'institution')), 
	CONSTRAINT ck_monitoring_check_monitoring_risk CHECK (risk IN ('none', 'some', 'serious'))
);

CREATE INDEX ix_monitoring_check_case ON monitoring_check (centre_id, case_id, family_id);

CREATE INDEX ix_monitoring_check_monitoring ON monitoring_check (centre_id, monitoring_id, checked_on);

CREATE TABLE plan_progress (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	done_on DATE NOT NULL, 
	effect VARCHAR(64) NOT NULL, 
	note VARCHAR, 
	plan_id UUID NOT NULL, 
	action_id UUID NOT NULL, 
	CONSTRAINT pk_plan_progress PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_plan_progress_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_plan_progress_centre_id_plan_id FOREIGN KEY(centre_id, plan_id) REFERENCES work_plan (centre_id, id), 
	CONSTRAINT plan_action_done_once UNIQUE (centre_id, case_id, action_id), 
	CONSTRAINT fk_plan_progress_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_plan_progress_action_effect CHECK (effect IN ('achieved', 'partly', 'not'))
);

CREATE INDEX ix_plan_progress_case ON plan_progress (centre_id, case_id, family_id);

CREATE INDEX ix_plan_progress_plan ON plan_progress (centre_id, plan_id);

CREATE TABLE referral_decision (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	referral_id UUID NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	decided_on DATE NOT NULL, 
	reason VARCHAR(2000), 
	missing TEXT[] NOT NULL, 
	route VARCHAR(64), 
	target VARCHAR(300), 
	CONSTRAINT pk_referral_decision PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_referral_decision_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_referral_decision_centre_id_referral_id FOREIGN KEY(centre_id, referral_id) REFERENCES referral (centre_id, id), 
	CONSTRAINT ck_referral_decision_reason CHECK (kind = 'accepted' OR reason IS NOT NULL), 
	CONSTRAINT ck_referral_decision_route CHECK ((kind = 'redirected') = (route IS NOT NULL AND target IS NOT NULL)), 
	CONSTRAINT fk_referral_decision_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_referral_decision_decision_kind CHECK (kind IN ('accepted', 'returned', 'refused', 'redirected')), 
	CONSTRAINT ck_referral_decision_redirection_route CHECK (route IN ('gmina_unit', 'commissioned_entity'))
);

CREATE INDEX ix_referral_decision_case ON referral_decision (centre_id, case_id, family_id);

CREATE INDEX ix_referral_decision_referral ON referral_decision (centre_id, referral_id, id);

CREATE TABLE suspension (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	reason_text VARCHAR, 
	starts_on DATE NOT NULL, 
	review_on DATE NOT NULL, 
	motion_id UUID, 
	ended_on DATE, 
	end_note VARCHAR, 
	CONSTRAINT pk_suspension PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_suspension_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_suspension_centre_id_motion_id FOREIGN KEY(centre_id, motion_id) REFERENCES motion (centre_id, id), 
	CONSTRAINT ck_suspension_period CHECK (ended_on >= starts_on), 
	CONSTRAINT ck_suspension_review CHECK (review_on > starts_on), 
	CONSTRAINT ck_suspension_explained CHECK (reason <> 'other' OR reason_text IS NOT NULL), 
	CONSTRAINT fk_suspension_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_suspension_suspension_reason CHECK (reason IN ('hospital', 'prison', 'family_away', 'other'))
);

CREATE INDEX ix_suspension_case ON suspension (centre_id, case_id, family_id);

CREATE INDEX ix_suspension_motion ON suspension (centre_id, motion_id);

CREATE UNIQUE INDEX suspension_one_open ON suspension (centre_id, case_id) WHERE ended_on IS NULL;

CREATE TABLE visit_correction (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	case_id UUID NOT NULL, 
	visit_id UUID NOT NULL, 
	corrected_on DATE NOT NULL, 
	reason VARCHAR NOT NULL, 
	previous JSONB NOT NULL, 
	CONSTRAINT pk_visit_correction PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_visit_correction_centre_id_case_id_family_id FOREIGN KEY(centre_id, case_id, family_id) REFERENCES family_case (centre_id, id, family_id), 
	CONSTRAINT fk_visit_correction_centre_id_visit_id FOREIGN KEY(centre_id, visit_id) REFERENCES visit (centre_id, id), 
	CONSTRAINT fk_visit_correction_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

CREATE INDEX ix_visit_correction_case ON visit_correction (centre_id, case_id, family_id);

CREATE INDEX ix_visit_correction_visit ON visit_correction (centre_id, visit_id, id);

CREATE FUNCTION app.granted_families() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT g.family_id FROM public.access_grant g
     WHERE g.centre_id = app.centre() AND g.account_id = app.account()
       AND g.valid_from <= app.today() AND (g.valid_to IS NULL OR g.valid_to > app.today());
END;

CREATE FUNCTION app.own_districts() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT d.district_id FROM public.district_worker d
      JOIN public.account a ON a.centre_id = d.centre_id AND a.id = d.account_id
     WHERE d.centre_id = app.centre() AND d.account_id = app.account()
       AND 'social_worker' = ANY (a.roles)
       AND d.valid_from <= app.today() AND (d.valid_to IS NULL OR d.valid_to > app.today());
END;

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
            set_config('app.sees_all',
                       CASE WHEN account IS NULL OR 'manager' = ANY (roles) THEN 'yes' ELSE '' END, true);
    IF account IS NULL THEN
        RETURN 'ok';
    END IF;
    SELECT CASE
             WHEN s.ended_at IS NOT NULL OR s.expires_at <= now() THEN 'session_ended'
             WHEN NOT a.active THEN 'account_inactive'
             WHEN NOT enter.roles <@ a.roles THEN 'roles_changed'
             WHEN NOT EXISTS (
                 SELECT FROM public.data_authorisation d
                  WHERE d.centre_id = a.centre_id AND d.account_id = a.id AND d.valid_from <= enter.today
                    AND (d.valid_to IS NULL OR d.valid_to >= enter.today)) THEN 'no_data_authorisation'
             WHEN EXISTS (
                 SELECT FROM public.staff_profile p
                  WHERE p.centre_id = a.centre_id AND p.id = a.id AND p.state = 'suspended'
                    AND p.suspended_from <= enter.today) THEN 'suspended'
             ELSE 'ok' END
      INTO standing
      FROM public.user_session s
      JOIN public.account a ON a.centre_id = s.centre_id AND a.id = s.account_id
     WHERE s.centre_id = enter.centre AND s.id = enter.session AND s.account_id = enter.account;
    IF standing IS DISTINCT FROM 'ok' THEN
        PERFORM set_config('app.centre', '', true), set_config('app.sees_all', '', true);
        RETURN coalesce(standing, 'session_ended');
    END IF;
    RETURN 'ok';
END $$;

CREATE FUNCTION app.note_reading(family uuid, subject text, subject_id uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'read', subject, subject_id, family);
    RETURN true;
END $$;

CREATE FUNCTION app.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    new_row jsonb := to_jsonb(NEW);
    old_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, changed)
    VALUES (NEW.centre_id, app.account(), app.request(), current_setting('app.operation', true),
            lower(TG_OP), TG_TABLE_NAME, NEW.id,
            CASE WHEN TG_TABLE_NAME = 'family' THEN NEW.id ELSE (new_row ->> 'family_id')::uuid END,
            CASE WHEN TG_OP = 'UPDATE' THEN
                ARRAY(SELECT n.key FROM jsonb_each(new_row) n
                       WHERE n.key <> 'version' AND n.value IS DISTINCT FROM old_row -> n.key
                       ORDER BY n.key) END);
    RETURN NULL;
END $$;

ALTER TABLE "centre" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "centre" FORCE ROW LEVEL SECURITY;

CREATE POLICY centre_select ON "centre" FOR SELECT USING (true);

CREATE POLICY centre_insert ON "centre" FOR INSERT WITH CHECK (id = (SELECT app.centre()));

CREATE POLICY centre_update ON "centre" FOR UPDATE USING (true) WITH CHECK (id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "centre" TO asysta_app;

ALTER TABLE "account" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "account" FORCE ROW LEVEL SECURITY;

CREATE POLICY account_select ON "account" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY account_insert ON "account" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY account_update ON "account" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "account" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "account" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "account" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "audit_entry" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "audit_entry" FORCE ROW LEVEL SECURITY;

CREATE POLICY audit_entry_select ON "audit_entry" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY audit_entry_insert ON "audit_entry" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT ON "audit_entry" TO asysta_app;

ALTER TABLE "centre_settings" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "centre_settings" FORCE ROW LEVEL SECURITY;

CREATE POLICY centre_settings_select ON "centre_settings" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY centre_settings_insert ON "centre_settings" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY centre_settings_update ON "centre_settings" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "centre_settings" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "centre_settings" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "centre_settings" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "district" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "district" FORCE ROW LEVEL SECURITY;

CREATE POLICY district_select ON "district" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY district_insert ON "district" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY district_update ON "district" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "district" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "district" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "district" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "family_search" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "family_search" FORCE ROW LEVEL SECURITY;

CREATE POLICY family_search_select ON "family_search" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY family_search_insert ON "family_search" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY family_search_update ON "family_search" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "family_search" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "family_search" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "family_search" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "idempotency_key" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "idempotency_key" FORCE ROW LEVEL SECURITY;

CREATE POLICY idempotency_key_select ON "idempotency_key" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY idempotency_key_insert ON "idempotency_key" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY idempotency_key_update ON "idempotency_key" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "idempotency_key" TO asysta_app;

ALTER TABLE "data_authorisation" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "data_authorisation" FORCE ROW LEVEL SECURITY;

CREATE POLICY data_authorisation_select ON "data_authorisation" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY data_authorisation_insert ON "data_authorisation" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY data_authorisation_update ON "data_authorisation" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "data_authorisation" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "data_authorisation" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "data_authorisation" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "district_worker" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "district_worker" FORCE ROW LEVEL SECURITY;

CREATE POLICY district_worker_select ON "district_worker" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY district_worker_insert ON "district_worker" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY district_worker_update ON "district_worker" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "district_worker" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "district_worker" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "district_worker" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "family" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "family" FORCE ROW LEVEL SECURITY;

CREATE POLICY family_select ON "family" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR id IN (SELECT app.granted_families()) OR district_id IN (SELECT app.own_districts())));

CREATE POLICY family_insert ON "family" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY family_update ON "family" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR id IN (SELECT app.granted_families()) OR district_id IN (SELECT app.own_districts()))) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "family" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "family" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "family" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "foster_family" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "foster_family" FORCE ROW LEVEL SECURITY;

CREATE POLICY foster_family_select ON "foster_family" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY foster_family_insert ON "foster_family" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY foster_family_update ON "foster_family" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "foster_family" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "foster_family" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "foster_family" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "place" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "place" FORCE ROW LEVEL SECURITY;

CREATE POLICY place_select ON "place" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY place_insert ON "place" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY place_update ON "place" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "place" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "place" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "place" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "register_check" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "register_check" FORCE ROW LEVEL SECURITY;

CREATE POLICY register_check_select ON "register_check" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY register_check_insert ON "register_check" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY register_check_update ON "register_check" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "register_check" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "register_check" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "register_check" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "staff_profile" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "staff_profile" FORCE ROW LEVEL SECURITY;

CREATE POLICY staff_profile_select ON "staff_profile" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY staff_profile_insert ON "staff_profile" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY staff_profile_update ON "staff_profile" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "staff_profile" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "staff_profile" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "staff_profile" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "staff_suspension" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "staff_suspension" FORCE ROW LEVEL SECURITY;

CREATE POLICY staff_suspension_select ON "staff_suspension" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY staff_suspension_insert ON "staff_suspension" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY staff_suspension_update ON "staff_suspension" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "staff_suspension" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "staff_suspension" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "staff_suspension" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "staff_training" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "staff_training" FORCE ROW LEVEL SECURITY;

CREATE POLICY staff_training_select ON "staff_training" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY staff_training_insert ON "staff_training" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY staff_training_update ON "staff_training" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "staff_training" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "staff_training" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "staff_training" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "user_session" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "user_session" FORCE ROW LEVEL SECURITY;

CREATE POLICY user_session_select ON "user_session" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY user_session_insert ON "user_session" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY user_session_update ON "user_session" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "user_session" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "user_session" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "user_session" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "access_grant" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "access_grant" FORCE ROW LEVEL SECURITY;

CREATE POLICY access_grant_select ON "access_grant" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY access_grant_insert ON "access_grant" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY access_grant_update ON "access_grant" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "access_grant" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "access_grant" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "access_grant" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "coordination" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "coordination" FORCE ROW LEVEL SECURITY;

CREATE POLICY coordination_select ON "coordination" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY coordination_insert ON "coordination" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY coordination_update ON "coordination" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "coordination" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "coordination" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "coordination" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "event" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "event" FORCE ROW LEVEL SECURITY;

CREATE POLICY event_select ON "event" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "event".centre_id AND f.id = "event".family_id)));

CREATE POLICY event_insert ON "event" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "event".centre_id AND f.id = "event".family_id)));

GRANT SELECT, INSERT ON "event" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "event" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

ALTER TABLE "family_case" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "family_case" FORCE ROW LEVEL SECURITY;

CREATE POLICY family_case_select ON "family_case" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "family_case".centre_id AND f.id = "family_case".family_id)));

CREATE POLICY family_case_insert ON "family_case" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "family_case".centre_id AND f.id = "family_case".family_id)));

CREATE POLICY family_case_update ON "family_case" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "family_case".centre_id AND f.id = "family_case".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "family_case".centre_id AND f.id = "family_case".family_id)));

GRANT SELECT, INSERT, UPDATE ON "family_case" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "family_case" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "family_case" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "person" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "person" FORCE ROW LEVEL SECURITY;

CREATE POLICY person_select ON "person" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "person".centre_id AND f.id = "person".family_id)));

CREATE POLICY person_insert ON "person" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "person".centre_id AND f.id = "person".family_id)));

CREATE POLICY person_update ON "person" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "person".centre_id AND f.id = "person".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "person".centre_id AND f.id = "person".family_id)));

GRANT SELECT, INSERT, UPDATE ON "person" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "person" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "person" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "refresh_token" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "refresh_token" FORCE ROW LEVEL SECURITY;

CREATE POLICY refresh_token_select ON "refresh_token" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY refresh_token_insert ON "refresh_token" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY refresh_token_update ON "refresh_token" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "refresh_token" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "refresh_token" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

ALTER TABLE "archived_case" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "archived_case" FORCE ROW LEVEL SECURITY;

CREATE POLICY archived_case_select ON "archived_case" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "archived_case".centre_id AND f.id = "archived_case".family_id)));

CREATE POLICY archived_case_insert ON "archived_case" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "archived_case".centre_id AND f.id = "archived_case".family_id)));

CREATE POLICY archived_case_update ON "archived_case" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "archived_case".centre_id AND f.id = "archived_case".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "archived_case".centre_id AND f.id = "archived_case".family_id)));

GRANT SELECT, INSERT, UPDATE ON "archived_case" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "archived_case" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "archived_case" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "assessment" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "assessment" FORCE ROW LEVEL SECURITY;

CREATE POLICY assessment_select ON "assessment" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "assessment".centre_id AND f.id = "assessment".family_id)));

CREATE POLICY assessment_insert ON "assessment" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "assessment".centre_id AND f.id = "assessment".family_id)));

CREATE POLICY assessment_update ON "assessment" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "assessment".centre_id AND f.id = "assessment".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "assessment".centre_id AND f.id = "assessment".family_id)));

GRANT SELECT, INSERT, UPDATE ON "assessment" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "assessment" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "assessment" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "assignment" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "assignment" FORCE ROW LEVEL SECURITY;

CREATE POLICY assignment_select ON "assignment" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "assignment".centre_id AND f.id = "assignment".family_id)));

CREATE POLICY assignment_insert ON "assignment" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "assignment".centre_id AND f.id = "assignment".family_id)));

CREATE POLICY assignment_update ON "assignment" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "assignment".centre_id AND f.id = "assignment".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "assignment".centre_id AND f.id = "assignment".family_id)));

GRANT SELECT, INSERT, UPDATE ON "assignment" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "assignment" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "assignment" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "consent_refusal" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "consent_refusal" FORCE ROW LEVEL SECURITY;

CREATE POLICY consent_refusal_select ON "consent_refusal" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_refusal".centre_id AND f.id = "consent_refusal".family_id)));

CREATE POLICY consent_refusal_insert ON "consent_refusal" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_refusal".centre_id AND f.id = "consent_refusal".family_id)));

CREATE POLICY consent_refusal_update ON "consent_refusal" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_refusal".centre_id AND f.id = "consent_refusal".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_refusal".centre_id AND f.id = "consent_refusal".family_id)));

GRANT SELECT, INSERT, UPDATE ON "consent_refusal" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "consent_refusal" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "consent_refusal" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "deadline" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "deadline" FORCE ROW LEVEL SECURITY;

CREATE POLICY deadline_select ON "deadline" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "deadline".centre_id AND f.id = "deadline".family_id)));

CREATE POLICY deadline_insert ON "deadline" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "deadline".centre_id AND f.id = "deadline".family_id)));

CREATE POLICY deadline_update ON "deadline" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "deadline".centre_id AND f.id = "deadline".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "deadline".centre_id AND f.id = "deadline".family_id)));

GRANT SELECT, INSERT, UPDATE ON "deadline" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "deadline" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "deadline" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "diagnosis" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "diagnosis" FORCE ROW LEVEL SECURITY;

CREATE POLICY diagnosis_select ON "diagnosis" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "diagnosis".centre_id AND f.id = "diagnosis".family_id)));

CREATE POLICY diagnosis_insert ON "diagnosis" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "diagnosis".centre_id AND f.id = "diagnosis".family_id)));

GRANT SELECT, INSERT ON "diagnosis" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "diagnosis" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "diagnosis" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "failed_visit" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "failed_visit" FORCE ROW LEVEL SECURITY;

CREATE POLICY failed_visit_select ON "failed_visit" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "failed_visit".centre_id AND f.id = "failed_visit".family_id)));

CREATE POLICY failed_visit_insert ON "failed_visit" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "failed_visit".centre_id AND f.id = "failed_visit".family_id)));

CREATE POLICY failed_visit_update ON "failed_visit" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "failed_visit".centre_id AND f.id = "failed_visit".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "failed_visit".centre_id AND f.id = "failed_visit".family_id)));

GRANT SELECT, INSERT, UPDATE ON "failed_visit" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "failed_visit" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "failed_visit" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "family_consent" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "family_consent" FORCE ROW LEVEL SECURITY;

CREATE POLICY family_consent_select ON "family_consent" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "family_consent".centre_id AND f.id = "family_consent".family_id)));

CREATE POLICY family_consent_insert ON "family_consent" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "family_consent".centre_id AND f.id = "family_consent".family_id)));

CREATE POLICY family_consent_update ON "family_consent" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "family_consent".centre_id AND f.id = "family_consent".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "family_consent".centre_id AND f.id = "family_consent".family_id)));

GRANT SELECT, INSERT, UPDATE ON "family_consent" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "family_consent" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "family_consent" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "interview" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "interview" FORCE ROW LEVEL SECURITY;

CREATE POLICY interview_select ON "interview" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "interview".centre_id AND f.id = "interview".family_id)));

CREATE POLICY interview_insert ON "interview" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "interview".centre_id AND f.id = "interview".family_id)));

CREATE POLICY interview_update ON "interview" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "interview".centre_id AND f.id = "interview".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "interview".centre_id AND f.id = "interview".family_id)));

GRANT SELECT, INSERT, UPDATE ON "interview" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "interview" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "interview" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "monitoring" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "monitoring" FORCE ROW LEVEL SECURITY;

CREATE POLICY monitoring_select ON "monitoring" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "monitoring".centre_id AND f.id = "monitoring".family_id)));

CREATE POLICY monitoring_insert ON "monitoring" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "monitoring".centre_id AND f.id = "monitoring".family_id)));

CREATE POLICY monitoring_update ON "monitoring" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "monitoring".centre_id AND f.id = "monitoring".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "monitoring".centre_id AND f.id = "monitoring".family_id)));

GRANT SELECT, INSERT, UPDATE ON "monitoring" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "monitoring" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "monitoring" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "motion" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "motion" FORCE ROW LEVEL SECURITY;

CREATE POLICY motion_select ON "motion" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "motion".centre_id AND f.id = "motion".family_id)));

CREATE POLICY motion_insert ON "motion" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "motion".centre_id AND f.id = "motion".family_id)));

CREATE POLICY motion_update ON "motion" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "motion".centre_id AND f.id = "motion".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "motion".centre_id AND f.id = "motion".family_id)));

GRANT SELECT, INSERT, UPDATE ON "motion" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "motion" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "motion" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "offer" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "offer" FORCE ROW LEVEL SECURITY;

CREATE POLICY offer_select ON "offer" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "offer".centre_id AND f.id = "offer".family_id)));

CREATE POLICY offer_insert ON "offer" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "offer".centre_id AND f.id = "offer".family_id)));

GRANT SELECT, INSERT ON "offer" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "offer" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "offer" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "placement" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "placement" FORCE ROW LEVEL SECURITY;

CREATE POLICY placement_select ON "placement" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "placement".centre_id AND f.id = "placement".family_id)));

CREATE POLICY placement_insert ON "placement" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "placement".centre_id AND f.id = "placement".family_id)));

CREATE POLICY placement_update ON "placement" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "placement".centre_id AND f.id = "placement".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "placement".centre_id AND f.id = "placement".family_id)));

GRANT SELECT, INSERT, UPDATE ON "placement" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "placement" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "placement" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "referral" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "referral" FORCE ROW LEVEL SECURITY;

CREATE POLICY referral_select ON "referral" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "referral".centre_id AND f.id = "referral".family_id)));

CREATE POLICY referral_insert ON "referral" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "referral".centre_id AND f.id = "referral".family_id)));

CREATE POLICY referral_update ON "referral" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "referral".centre_id AND f.id = "referral".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "referral".centre_id AND f.id = "referral".family_id)));

GRANT SELECT, INSERT, UPDATE ON "referral" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "referral" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "referral" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "signal" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "signal" FORCE ROW LEVEL SECURITY;

CREATE POLICY signal_select ON "signal" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "signal".centre_id AND f.id = "signal".family_id)));

CREATE POLICY signal_insert ON "signal" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "signal".centre_id AND f.id = "signal".family_id)));

CREATE POLICY signal_update ON "signal" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "signal".centre_id AND f.id = "signal".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "signal".centre_id AND f.id = "signal".family_id)));

GRANT SELECT, INSERT, UPDATE ON "signal" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "signal" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "signal" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "visit" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "visit" FORCE ROW LEVEL SECURITY;

CREATE POLICY visit_select ON "visit" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "visit".centre_id AND f.id = "visit".family_id)));

CREATE POLICY visit_insert ON "visit" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "visit".centre_id AND f.id = "visit".family_id)));

CREATE POLICY visit_update ON "visit" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "visit".centre_id AND f.id = "visit".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "visit".centre_id AND f.id = "visit".family_id)));

GRANT SELECT, INSERT, UPDATE ON "visit" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "visit" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "visit" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "work_plan" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "work_plan" FORCE ROW LEVEL SECURITY;

CREATE POLICY work_plan_select ON "work_plan" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "work_plan".centre_id AND f.id = "work_plan".family_id)));

CREATE POLICY work_plan_insert ON "work_plan" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "work_plan".centre_id AND f.id = "work_plan".family_id)));

CREATE POLICY work_plan_update ON "work_plan" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "work_plan".centre_id AND f.id = "work_plan".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "work_plan".centre_id AND f.id = "work_plan".family_id)));

GRANT SELECT, INSERT, UPDATE ON "work_plan" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "work_plan" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "work_plan" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "closure" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "closure" FORCE ROW LEVEL SECURITY;

CREATE POLICY closure_select ON "closure" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "closure".centre_id AND f.id = "closure".family_id)));

CREATE POLICY closure_insert ON "closure" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "closure".centre_id AND f.id = "closure".family_id)));

CREATE POLICY closure_update ON "closure" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "closure".centre_id AND f.id = "closure".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "closure".centre_id AND f.id = "closure".family_id)));

GRANT SELECT, INSERT, UPDATE ON "closure" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "closure" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "closure" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "consent_signature" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "consent_signature" FORCE ROW LEVEL SECURITY;

CREATE POLICY consent_signature_select ON "consent_signature" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_signature".centre_id AND f.id = "consent_signature".family_id)));

CREATE POLICY consent_signature_insert ON "consent_signature" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_signature".centre_id AND f.id = "consent_signature".family_id)));

CREATE POLICY consent_signature_update ON "consent_signature" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_signature".centre_id AND f.id = "consent_signature".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_signature".centre_id AND f.id = "consent_signature".family_id)));

GRANT SELECT, INSERT, UPDATE ON "consent_signature" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "consent_signature" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "consent_signature" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "consent_withdrawal" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "consent_withdrawal" FORCE ROW LEVEL SECURITY;

CREATE POLICY consent_withdrawal_select ON "consent_withdrawal" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_withdrawal".centre_id AND f.id = "consent_withdrawal".family_id)));

CREATE POLICY consent_withdrawal_insert ON "consent_withdrawal" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_withdrawal".centre_id AND f.id = "consent_withdrawal".family_id)));

CREATE POLICY consent_withdrawal_update ON "consent_withdrawal" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_withdrawal".centre_id AND f.id = "consent_withdrawal".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "consent_withdrawal".centre_id AND f.id = "consent_withdrawal".family_id)));

GRANT SELECT, INSERT, UPDATE ON "consent_withdrawal" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "consent_withdrawal" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "consent_withdrawal" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "cooperation_agreement" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "cooperation_agreement" FORCE ROW LEVEL SECURITY;

CREATE POLICY cooperation_agreement_select ON "cooperation_agreement" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "cooperation_agreement".centre_id AND f.id = "cooperation_agreement".family_id)));

CREATE POLICY cooperation_agreement_insert ON "cooperation_agreement" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "cooperation_agreement".centre_id AND f.id = "cooperation_agreement".family_id)));

GRANT SELECT, INSERT ON "cooperation_agreement" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "cooperation_agreement" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "cooperation_agreement" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "goal_review" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "goal_review" FORCE ROW LEVEL SECURITY;

CREATE POLICY goal_review_select ON "goal_review" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "goal_review".centre_id AND f.id = "goal_review".family_id)));

CREATE POLICY goal_review_insert ON "goal_review" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "goal_review".centre_id AND f.id = "goal_review".family_id)));

GRANT SELECT, INSERT ON "goal_review" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "goal_review" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "goal_review" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "interview_update" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "interview_update" FORCE ROW LEVEL SECURITY;

CREATE POLICY interview_update_select ON "interview_update" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "interview_update".centre_id AND f.id = "interview_update".family_id)));

CREATE POLICY interview_update_insert ON "interview_update" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "interview_update".centre_id AND f.id = "interview_update".family_id)));

GRANT SELECT, INSERT ON "interview_update" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "interview_update" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "interview_update" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "monitoring_check" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "monitoring_check" FORCE ROW LEVEL SECURITY;

CREATE POLICY monitoring_check_select ON "monitoring_check" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "monitoring_check".centre_id AND f.id = "monitoring_check".family_id)));

CREATE POLICY monitoring_check_insert ON "monitoring_check" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "monitoring_check".centre_id AND f.id = "monitoring_check".family_id)));

GRANT SELECT, INSERT ON "monitoring_check" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "monitoring_check" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "monitoring_check" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "plan_progress" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "plan_progress" FORCE ROW LEVEL SECURITY;

CREATE POLICY plan_progress_select ON "plan_progress" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "plan_progress".centre_id AND f.id = "plan_progress".family_id)));

CREATE POLICY plan_progress_insert ON "plan_progress" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "plan_progress".centre_id AND f.id = "plan_progress".family_id)));

GRANT SELECT, INSERT ON "plan_progress" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "plan_progress" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "plan_progress" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "referral_decision" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "referral_decision" FORCE ROW LEVEL SECURITY;

CREATE POLICY referral_decision_select ON "referral_decision" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "referral_decision".centre_id AND f.id = "referral_decision".family_id)));

CREATE POLICY referral_decision_insert ON "referral_decision" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "referral_decision".centre_id AND f.id = "referral_decision".family_id)));

GRANT SELECT, INSERT ON "referral_decision" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "referral_decision" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "referral_decision" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "suspension" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "suspension" FORCE ROW LEVEL SECURITY;

CREATE POLICY suspension_select ON "suspension" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "suspension".centre_id AND f.id = "suspension".family_id)));

CREATE POLICY suspension_insert ON "suspension" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "suspension".centre_id AND f.id = "suspension".family_id)));

CREATE POLICY suspension_update ON "suspension" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "suspension".centre_id AND f.id = "suspension".family_id))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "suspension".centre_id AND f.id = "suspension".family_id)));

GRANT SELECT, INSERT, UPDATE ON "suspension" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "suspension" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "suspension" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE "visit_correction" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "visit_correction" FORCE ROW LEVEL SECURITY;

CREATE POLICY visit_correction_select ON "visit_correction" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "visit_correction".centre_id AND f.id = "visit_correction".family_id)));

CREATE POLICY visit_correction_insert ON "visit_correction" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR EXISTS (SELECT FROM family f WHERE f.centre_id = "visit_correction".centre_id AND f.id = "visit_correction".family_id)));

GRANT SELECT, INSERT ON "visit_correction" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "visit_correction" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "visit_correction" FOR EACH ROW EXECUTE FUNCTION app.note_change();

RESET ROLE;
