-- Sealing: keys of the centres, blind index of PESEL. The values themselves are sealed by
-- `vault seal`, which every start of the product runs after its migrations.

SET ROLE asysta_owner;

CREATE TABLE centre_key (
	centre_id UUID NOT NULL,
	id UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
	created_by UUID DEFAULT app.account(),
	version INTEGER DEFAULT 1 NOT NULL,
	number INTEGER NOT NULL,
	wrapped VARCHAR,
	destroyed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_centre_key PRIMARY KEY (centre_id, id),
	CONSTRAINT uq_centre_key_centre_id_number UNIQUE (centre_id, number),
	CONSTRAINT ck_centre_key_number CHECK (number >= 0),
	CONSTRAINT ck_centre_key_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)),
	CONSTRAINT fk_centre_key_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

ALTER TABLE "centre_key" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "centre_key" FORCE ROW LEVEL SECURITY;

CREATE POLICY centre_key_select ON "centre_key" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY centre_key_insert ON "centre_key" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

CREATE POLICY centre_key_update ON "centre_key" FOR UPDATE USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT, UPDATE ON "centre_key" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "centre_key" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "centre_key" FOR EACH ROW EXECUTE FUNCTION app.note_change();

ALTER TABLE assignment ALTER COLUMN override_reason TYPE varchar;
ALTER TABLE assignment ALTER COLUMN reason TYPE varchar;
ALTER TABLE assignment ALTER COLUMN handover_note TYPE varchar;
ALTER TABLE interview ALTER COLUMN need_reason TYPE varchar;
ALTER TABLE referral_decision ALTER COLUMN reason TYPE varchar;
ALTER TABLE staff_profile ALTER COLUMN end_reason TYPE varchar;
ALTER TABLE staff_suspension ALTER COLUMN lifted_reason TYPE varchar;

ALTER TABLE person ADD COLUMN pesel_index varchar;
DROP INDEX ix_person_pesel;
DROP INDEX person_pesel_current;
CREATE INDEX ix_person_pesel ON person (centre_id, pesel_index);
CREATE UNIQUE INDEX person_pesel_current ON person (centre_id, pesel_index) WHERE left_on IS NULL;

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

RESET ROLE;
