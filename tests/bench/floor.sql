-- The floor's writes: everything that the product does in SQL for them, in one call each.

CREATE SCHEMA floor;
GRANT USAGE ON SCHEMA floor TO asysta_app;

CREATE FUNCTION floor.refuse(reason text) RETURNS text[] LANGUAGE sql IMMUTABLE
RETURN ARRAY['409', '0', '{"code":"' || reason || '"}'];

CREATE FUNCTION floor.record_visit(
    centre uuid, account uuid, session uuid, roles text[], today date, request uuid, operation text,
    moment timestamptz, key text, hash text, wanted uuid, new_visit uuid, new_event uuid, said jsonb
) RETURNS text[] LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    standing text := app.enter(
        centre, account, session, roles, today, request, operation, moment);
    kept public.idempotency_key; the_case public.family_case; rules public.centre_settings;
    shown text[];
    day date := (said ->> 'held_on')::date; held int; late boolean; off boolean;
BEGIN
    IF standing <> 'ok' THEN RETURN ARRAY['401', '0', '{}']; END IF;
    INSERT INTO idempotency_key AS i (centre_id, account_id, key, request_hash)
    VALUES (centre, account, key, hash) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO kept FROM idempotency_key i
         WHERE i.centre_id = centre AND i.account_id = account AND i.key = key;
        RETURN ARRAY[kept.status::text, '0', kept.body];
    END IF;
    SELECT * INTO the_case FROM family_case f WHERE f.centre_id = centre AND f.id = wanted FOR UPDATE;
    IF NOT FOUND THEN RETURN ARRAY['404', '0', '{}']; END IF;
    SELECT * INTO rules FROM centre_settings t WHERE t.valid_from <= day
     ORDER BY t.valid_from DESC LIMIT 1;
    IF the_case.state NOT IN ('first_visit_done', 'diagnosis_done', 'plan_draft', 'in_progress')
       OR the_case.consent_withdrawn_on IS NOT NULL OR day > today OR day < the_case.work_started_on
       OR EXISTS (SELECT FROM person p WHERE p.centre_id = centre AND p.family_id = the_case.family_id
                   AND p.left_on IS NULL AND p.participates
                   AND p.parental_authority IN ('full', 'limited')
                   AND NOT EXISTS (SELECT FROM consent_signature g
                     WHERE g.centre_id = centre AND g.case_id = the_case.id AND g.withdrawn_on IS NULL
                       AND g.person_id = p.id))
       OR (SELECT count(*) FROM person p WHERE p.centre_id = centre AND p.family_id = the_case.family_id
            AND p.id IN (SELECT x::uuid FROM jsonb_array_elements_text(said -> 'present') x)
            AND (p.left_on IS NULL OR p.left_on > day)) <> jsonb_array_length(said -> 'present')
    THEN RETURN floor.refuse('visit'); END IF;
    SELECT count(*) INTO held FROM visit v WHERE v.centre_id = centre AND v.case_id = wanted
       AND v.held_on < day AND v.held_on >= day - rules.contact_period_days;
    late := held < rules.contact_count AND the_case.work_started_on <= day - rules.contact_period_days;
    off := NOT to_char(day, 'FMday') = ANY (rules.working_weekdays)
        OR (said ->> 'begins')::time < rules.works_from OR (said ->> 'ends')::time > rules.works_to;
    INSERT INTO visit (centre_id, id, case_id, family_id, recorded_on, plan_refs, warnings, held_on,
                       begins, ends, kind, place, present, tasks, topics, arrangements_family, notes)
    SELECT centre, new_visit, the_case.id, the_case.family_id, today, '{}',
           array_remove(ARRAY[CASE WHEN late THEN 'E10' END, CASE WHEN off THEN 'E11' END], NULL),
           x.*
      FROM jsonb_to_record(said) AS x (
           held_on date, begins time, ends time, kind text, place text, present uuid[],
           tasks text[], topics text, arrangements_family text, notes text);
    INSERT INTO event (centre_id, id, type, family_id, case_id, subject_id, on_date)
    VALUES (centre, new_event, 'visit_recorded', the_case.family_id, the_case.id, new_visit, day);
    shown := (@RECORDED_VISIT@);
    UPDATE idempotency_key i SET status = 201, headers = '{"content-type": "application/json"}',
           body = shown[1]
     WHERE i.centre_id = centre AND i.account_id = account AND i.key = key;
    RETURN ARRAY['201', shown[2], shown[1]];
END $$;

CREATE FUNCTION floor.transfer_case(
    centre uuid, account uuid, session uuid, roles text[], today date, request uuid, operation text,
    moment timestamptz, key text, hash text, wanted uuid, read_version int, ids uuid[], said jsonb
) RETURNS text[] LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    standing text := app.enter(
        centre, account, session, roles, today, request, operation, moment);
    kept public.idempotency_key; the_case public.family_case; before public.assignment;
    shown text[];
    other uuid := (said ->> 'to_assistant_id')::uuid; day date := (said ->> 'on')::date;
    most int; free int;
BEGIN
    IF standing <> 'ok' THEN RETURN ARRAY['401', '0', '{}']; END IF;
    INSERT INTO idempotency_key AS i (centre_id, account_id, key, request_hash)
    VALUES (centre, account, key, hash) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO kept FROM idempotency_key i
         WHERE i.centre_id = centre AND i.account_id = account AND i.key = key;
        RETURN ARRAY[kept.status::text, '0', kept.body];
    END IF;
    SELECT * INTO the_case FROM family_case f WHERE f.centre_id = centre AND f.id = wanted FOR UPDATE;
    IF the_case.version <> read_version THEN RETURN ARRAY['412', '0', '{}']; END IF;
    SELECT * INTO before FROM assignment x WHERE x.centre_id = centre AND x.case_id = wanted
       AND x.kind = 'primary' AND x.ends_on IS NULL;
    IF NOT FOUND OR before.assistant_id = other OR day < greatest(today, before.starts_on)
       OR NOT (said ->> 'family_informed')::boolean
       OR the_case.state NOT IN ('assigned', 'first_visit_done', 'diagnosis_done', 'plan_draft',
                          'in_progress', 'suspended')
    THEN RETURN floor.refuse('transfer'); END IF;
    -- Whatever lasts ends, with its places and rights.
    WITH ended AS (
        UPDATE assignment x SET ends_on = greatest(day, x.starts_on), end_reason = 'transfer'
         WHERE x.centre_id = centre AND x.case_id = wanted
           AND (x.ends_on IS NULL OR x.ends_on > day) RETURNING x.id),
    left_places AS (
        UPDATE place p SET ends_on = greatest(day, p.starts_on) FROM ended e
         WHERE p.centre_id = centre AND p.source_id = e.id
           AND (p.ends_on IS NULL OR p.ends_on > day))
    UPDATE access_grant g SET valid_to = greatest(day, g.valid_from) FROM ended e
     WHERE g.centre_id = centre AND g.source_id = e.id
       AND (g.valid_to IS NULL OR g.valid_to > day);
    PERFORM FROM staff_profile p JOIN account w ON w.centre_id = p.centre_id AND w.id = p.id
      WHERE p.centre_id = centre AND p.id = other AND p.state = 'active'
        AND 'assistant' = ANY (w.roles) FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN floor.refuse('assistant'); END IF;
    INSERT INTO assignment (centre_id, id, case_id, family_id, assistant_id, kind, starts_on,
                            replaces_id, reason, requested_by, handover_note)
    VALUES (centre, ids[1], the_case.id, the_case.family_id, other, 'primary', day, before.id, said ->> 'reason',
            said ->> 'requested_by', said ->> 'handover_note');
    SELECT t.family_limit INTO most FROM centre_settings t WHERE t.valid_from <= day
     ORDER BY t.valid_from DESC LIMIT 1;
    -- The worker is locked above, so this statement counts what nobody changes.
    SELECT min(n) INTO free FROM generate_series(1, 15) n
     WHERE NOT EXISTS (SELECT FROM place p WHERE p.centre_id = centre AND p.worker_id = other
        AND p.duty = 'assistance' AND p.slot = n AND p.starts_on < coalesce(p.ends_on, 'infinity')
        AND (p.ends_on IS NULL OR p.ends_on > day))
    HAVING (SELECT count(*) FROM place p WHERE p.centre_id = centre AND p.worker_id = other
        AND p.duty = 'assistance' AND (p.ends_on IS NULL OR p.ends_on > day)) < least(15, most);
    IF free IS NULL THEN RETURN floor.refuse('C12'); END IF;
    INSERT INTO place (centre_id, id, worker_id, duty, slot, starts_on, source_id)
    VALUES (centre, ids[2], other, 'assistance', free, day, ids[1]);
    INSERT INTO access_grant (centre_id, id, account_id, family_id, reason, source_id, valid_from)
    VALUES (centre, ids[3], other, the_case.family_id, 'assignment', ids[1], day);
    INSERT INTO event (centre_id, id, type, family_id, case_id, subject_id, on_date)
    VALUES (centre, ids[4], 'assistant_changed', the_case.family_id, the_case.id, ids[1], day);
    UPDATE family_case f SET version = f.version WHERE f.centre_id = centre AND f.id = wanted;
    shown := (@ASSIGNMENT@);
    UPDATE idempotency_key i SET status = 201, headers = '{"content-type": "application/json"}',
           body = shown[1]
     WHERE i.centre_id = centre AND i.account_id = account AND i.key = key;
    RETURN ARRAY['201', shown[2], shown[1]];
END $$;
