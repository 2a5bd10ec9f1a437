-- Lists over many families: what a person may read is a list of its own, read once per statement; the
-- families are named once each; the worklist counts from indexes.
SET ROLE asysta_owner;

CREATE FUNCTION app.readable() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.families', true), '')::uuid[]
    || nullif(current_setting('app.emergencies', true), '')::uuid[];

CREATE OR REPLACE FUNCTION app.look_around() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    districts uuid[] := ARRAY(SELECT d FROM app.own_districts() d);
    families uuid[] := ARRAY(SELECT DISTINCT g FROM app.granted_families() g);
BEGIN
    PERFORM set_config('app.districts', districts::text, true),
            set_config('app.given', families::text, true);
    IF districts <> '{}' THEN
        families := ARRAY(
            SELECT unnest(families)
             UNION
            SELECT f.id FROM public.family f
             WHERE f.centre_id = app.centre() AND f.district_id = ANY (districts));
    END IF;
    PERFORM set_config('app.families', families::text, true);
END $$;

ALTER POLICY family_case_select ON family_case
    USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR family_id = ANY ((SELECT app.readable())::uuid[])));

ALTER POLICY deadline_select ON deadline
    USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR family_id = ANY ((SELECT app.readable())::uuid[])));

ALTER POLICY signal_select ON signal
    USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR family_id = ANY ((SELECT app.readable())::uuid[])));

ALTER POLICY event_select ON event
    USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR family_id = ANY ((SELECT app.readable())::uuid[])));

DROP INDEX ix_deadline_open;

CREATE INDEX ix_deadline_open ON deadline (centre_id, due_on, id) INCLUDE (kind, family_id) WHERE settled_on IS NULL AND dropped_on IS NULL;

CREATE INDEX ix_event_on_date ON event (centre_id, on_date);

CREATE INDEX ix_assessment_handed_over ON assessment (centre_id, id) WHERE state = 'handed_over';

RESET ROLE;

-- down
SET ROLE asysta_owner;

DROP INDEX ix_assessment_handed_over;

DROP INDEX ix_event_on_date;

DROP INDEX ix_deadline_open;

CREATE INDEX ix_deadline_open ON deadline (centre_id, due_on, id) WHERE settled_on IS NULL AND dropped_on IS NULL;

ALTER POLICY family_case_select ON family_case
    USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY deadline_select ON deadline
    USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY signal_select ON signal
    USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

ALTER POLICY event_select ON event
    USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()) OR app.sees(family_id) OR app.in_emergency(family_id)));

CREATE OR REPLACE FUNCTION app.look_around() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    districts uuid[] := ARRAY(SELECT d FROM app.own_districts() d);
    families uuid[] := ARRAY(SELECT g FROM app.granted_families() g);
BEGIN
    PERFORM set_config('app.districts', districts::text, true),
            set_config('app.given', families::text, true);
    IF districts <> '{}' THEN
        families := families || ARRAY(
            SELECT f.id FROM public.family f
             WHERE f.centre_id = app.centre() AND f.district_id = ANY (districts));
    END IF;
    PERFORM set_config('app.families', families::text, true);
END $$;

DROP FUNCTION app.readable();

RESET ROLE;
