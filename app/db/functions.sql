-- The functions of the schema `app`: the scope of a transaction, the audit, small formatters.
-- Settings are local to the transaction and empty afterwards, hence nullif: no scope, no rows.

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

-- The roles of the request, which app.enter has held against those of the account.
CREATE FUNCTION app.roles() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.roles', true), '')::text[];

-- Whether this person is an administrator: keeps every account of the centre and sees no family.
CREATE FUNCTION app.keeps_accounts() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce('administrator' = ANY (app.roles()), false);

-- This centre, and to a machine client none: for what no machine reads or writes. A scope has a colon.
CREATE FUNCTION app.office() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN strpos(current_setting('app.roles', true), ':') = 0 THEN app.centre() END;

-- This person, and whom they cover today (2.5a). One level only: nobody covers for a covered one.
CREATE FUNCTION app.acting_for() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.acting_for', true), '')::uuid[];

-- The instant of the request, by the application's clock; without one nothing is in force.
CREATE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.now', true), '')::timestamptz;

-- Whether a family is open to this person only in an emergency (K11.1): for reading, not writing.
CREATE FUNCTION app.in_emergency(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(strpos(current_setting('app.emergencies', true), family::text) > 0, false);

-- Whether a family is among those that this person may see, or was given, and a district among their
-- own: looked for in a text, because a list would be read anew for each of a statement's thirty tables. Of
-- an id nothing but the whole can be found there. The manager and the system see all instead.
CREATE FUNCTION app.sees(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN strpos(current_setting('app.families', true), family::text) > 0;

CREATE FUNCTION app.was_given(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN strpos(current_setting('app.given', true), family::text) > 0;

-- The same as a list, with what an emergency opens, for the tables whose rows are listed over many
-- families: most rows there are not this person's, and a list refuses one five times as fast.
CREATE FUNCTION app.readable() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.families', true), '')::uuid[]
    || nullif(current_setting('app.emergencies', true), '')::uuid[];

CREATE FUNCTION app.serves(district uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN strpos(current_setting('app.districts', true), district::text) > 0;

-- Why somebody looks or writes: supervision sees all of the centre, casework what was given. A way
-- in of another kind (break-glass, an export) says so in `app.purpose`.
CREATE FUNCTION app.purpose() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN nullif(current_setting('app.purpose', true), '') IS NOT NULL
              THEN current_setting('app.purpose', true)
            WHEN app.account() IS NULL THEN 'system'
            WHEN app.sees_all() THEN 'supervision' ELSE 'casework' END;

-- The place of an entry in the audit of all centres. CASE fixes the order: the transaction has its
-- number before it draws, so that `app.audit_mark` can tell when all places below a mark are final.
CREATE FUNCTION app.next_position() RETURNS bigint LANGUAGE sql VOLATILE
RETURN CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('app.audit_position') END;

-- One field of a canonical form: its length in bytes, a colon, its text; ~ for none. No two lists
-- of fields are written the same.
CREATE FUNCTION app.audit_field(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value IS NULL THEN '~' ELSE octet_length(value) || ':' || value END;

-- Draw a mark: once `app.audit_settled` says that its transaction number is passed, every entry
-- with a lower position is there to be seen or never will be. The draw comes first, not by
-- `app.next_position`: whoever drew before has a lower transaction number than the one taken after.
CREATE FUNCTION app.audit_mark(OUT mark bigint, OUT passed text) LANGUAGE plpgsql AS $$
BEGIN
    mark := nextval('app.audit_position');
    passed := pg_current_xact_id()::text;
END $$;

-- Tell whether every transaction before a mark has ended.
CREATE FUNCTION app.audit_settled(passed text) RETURNS boolean LANGUAGE sql VOLATILE
RETURN pg_snapshot_xmin(pg_current_snapshot()) >= passed::xid8;

-- Refuse whatever would change what is written once, for the owner of the table as well.
CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- An instant as RFC 3339 in UTC with Z.
CREATE FUNCTION app.z(instant timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- Polish letters and case folded away, for search. Immutable although unaccent is only stable:
-- the dictionary ships with the server and is named outright.
CREATE FUNCTION app.plain(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(public.unaccent('public.unaccent'::regdictionary, word));

-- The first day without need of a file, as `closures.rules.retention_end` says (K8).
CREATE FUNCTION app.retention_end(closed_on date, years integer) RETURNS date LANGUAGE sql
IMMUTABLE PARALLEL SAFE STRICT
RETURN make_date(extract(year FROM closed_on)::int + years + 1, 1, 1);

-- In which role a right to a family is used: who loses the role loses the right.
CREATE FUNCTION app.role_of(reason text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN reason IN ('recorded', 'casework') THEN 'social_worker'
            WHEN reason = 'placement' THEN 'foster_care_coordinator' ELSE 'assistant' END;

-- Rights to families in force today, this person's own and of whom they cover: assignments,
-- substitutions, placements. Both the person and whoever has the right need its role.
CREATE FUNCTION app.rights() RETURNS TABLE (account_id uuid, family_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT g.account_id, g.family_id FROM public.access_grant g
     WHERE g.centre_id = app.centre() AND g.account_id = ANY (app.acting_for())
       AND g.valid_from <= app.today() AND (g.valid_to IS NULL OR g.valid_to > app.today())
       AND app.role_of(g.reason) = ANY (app.roles())
       AND (g.account_id = app.account() OR EXISTS (
             SELECT FROM public.account a WHERE a.centre_id = g.centre_id AND a.id = g.account_id
                AND app.role_of(g.reason) = ANY (a.roles)));
END;

CREATE FUNCTION app.granted_families() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT r.family_id FROM app.rights() r;
END;

-- Districts that this person, or whom they cover, serves today while both are social workers.
CREATE FUNCTION app.served_districts() RETURNS TABLE (account_id uuid, district_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT d.account_id, d.district_id FROM public.district_worker d
      JOIN public.account a ON a.centre_id = d.centre_id AND a.id = d.account_id
     WHERE d.centre_id = app.centre() AND d.account_id = ANY (app.acting_for())
       AND 'social_worker' = ANY (a.roles) AND 'social_worker' = ANY (app.roles())
       AND d.valid_from <= app.today() AND (d.valid_to IS NULL OR d.valid_to > app.today());
END;

CREATE FUNCTION app.own_districts() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT d.district_id FROM app.served_districts() d;
END;

-- Whom this person covers in what concerns a family; null where the right is their own.
CREATE FUNCTION app.on_behalf_of(family uuid) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF family IS NULL OR app.sees_all() OR coalesce(cardinality(app.acting_for()), 0) < 2 THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT nullif(w.account_id, app.account())
          FROM (SELECT r.account_id FROM app.rights() r WHERE r.family_id = family
                 UNION ALL
                SELECT d.account_id FROM app.served_districts() d
                  JOIN public.family f ON f.centre_id = app.centre() AND f.district_id = d.district_id
                 WHERE f.id = family) w
         ORDER BY w.account_id = app.account() DESC, w.account_id LIMIT 1);
END $$;

-- Look for the families that an emergency opens to this person now and nothing else does.
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

-- The emergency by which alone this person sees a family, for the audit.
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

-- Name a family found by a search so that nobody can tell which it is without knowing its id.
CREATE FUNCTION app.handle(search uuid, family uuid) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(sha256(convert_to(search::text || family::text, 'UTF8')), 'hex');

-- The family that a search has named, seen or not; the scope is put back at the end.
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

-- On which days who of some people is covered by whom, and covers whom: days and ids, no reasons,
-- so that nobody who may not see a cover sets another one across it.
CREATE FUNCTION app.cover_days(people uuid[])
RETURNS TABLE (id uuid, absent_id uuid, covering_id uuid, starts_on date, ends_on date, takes_places boolean)
LANGUAGE plpgsql ROWS 5 AS $$
#variable_conflict use_column
DECLARE
    before text := current_setting('app.sees_all', true);
BEGIN
PERFORM set_config('app.sees_all', 'yes', true);
RETURN QUERY SELECT c.id, c.absent_id, c.covering_id, c.starts_on, c.ends_on, c.takes_places
  FROM public.cover c
 WHERE c.centre_id = app.centre() AND c.ends_on > app.today() AND c.ends_on > c.starts_on
   AND (c.absent_id = ANY (people) OR c.covering_id = ANY (people))
 ORDER BY c.starts_on, c.id;
PERFORM set_config('app.sees_all', coalesce(before, ''), true);
END $$;

-- How many cases that have not ended are a social worker's: a number for who keeps accounts and sees
-- no family, so that nobody's work is ended over them.
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

-- Look once for what this person may see, so that policies query nothing: families that they were
-- given, their own districts, and the families of those.
CREATE FUNCTION app.look_around() RETURNS void LANGUAGE plpgsql AS $$
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

-- Look again after a statement that may have changed it, for the rest of the transaction.
CREATE FUNCTION app.look_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT app.sees_all() THEN
        PERFORM app.look_around();
    END IF;
    RETURN NULL;
END $$;

-- Say whether a machine client may act: its secret stands where a person's session does, its scopes
-- where roles do (they never mix: a scope has a colon). NULL: there is no such client.
CREATE FUNCTION app.client_standing(centre uuid, client uuid, secret uuid, scopes text[], today date)
RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE
             WHEN s.revoked_at IS NOT NULL OR NOT c.active OR c.expires_on < client_standing.today
                 THEN 'client_over'
             WHEN NOT client_standing.scopes <@ c.scopes THEN 'scopes_changed'
             ELSE 'ok' END
      FROM public.client_secret s
      JOIN public.api_client c ON c.centre_id = s.centre_id AND c.id = s.client_id
     WHERE s.centre_id = client_standing.centre AND s.id = client_standing.secret
       AND s.client_id = client_standing.client;
END;

-- Whether a family's file was erased: its record stands, and only who sees all of the centre sees it.
CREATE FUNCTION app.is_erased(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM public.erased_file e
                    WHERE e.centre_id = app.centre() AND e.family_id = is_erased.family);
END;

-- Whether a person may work with data at all today: an authorisation in force (K3), admitted to work
-- (J1), no suspension (C10). Somebody without a profile was never admitted.
CREATE FUNCTION app.may_work(centre uuid, account uuid, today date) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE
             WHEN NOT EXISTS (
                 SELECT FROM public.data_authorisation d
                  WHERE d.centre_id = may_work.centre AND d.account_id = may_work.account
                    AND d.valid_from <= may_work.today
                    AND (d.valid_to IS NULL OR d.valid_to >= may_work.today)) THEN 'no_data_authorisation'
             ELSE coalesce((
                 SELECT CASE
                          WHEN p.state = 'active' OR p.suspended_from > may_work.today THEN 'ok'
                          WHEN p.state = 'suspended' THEN 'suspended'
                          ELSE 'not_admitted' END
                   FROM public.staff_profile p
                  WHERE p.centre_id = may_work.centre AND p.id = may_work.account), 'not_admitted') END;
END;

-- Enter a scope for this transaction and say whether the person may act at all. Anything but 'ok'
-- leaves the scope empty. The system itself (no account) enters one centre and sees all of it.
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
             WHEN s.enrol_only AND enter.operation NOT IN
                  ('show_me', 'sign_out', 'show_second_factor', 'begin_second_factor', 'confirm_second_factor')
                 THEN 'second_factor_missing'
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

-- Note that somebody reads a family's file; used inside a view, so it can't be forgotten there.
CREATE FUNCTION app.note_reading(family uuid, subject text, subject_id uuid) RETURNS boolean
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

-- Note that what is kept of a family was put together for somebody outside, and for what purpose.
CREATE FUNCTION app.note_export(family uuid, subject text, subject_id uuid, purpose text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, on_behalf_of, purpose)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'export', subject, subject_id, family, app.on_behalf_of(family), purpose);
    RETURN true;
END $$;

-- Note that somebody reads a list of several families: how many rows, and by which filter (a hash).
CREATE FUNCTION app.note_list(subject text, results bigint, filter json) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, detail)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'list', subject, app.centre(), json_build_object('results', results, 'filter',
                CASE WHEN filter::text <> '{}' THEN
                    encode(sha256(convert_to(filter::text, 'UTF8')), 'hex') END));
    RETURN true;
END $$;

-- Note that somebody searched the whole centre (K1): by what, how much was found, and a keyed hash.
CREATE FUNCTION app.note_search(search_id uuid, results bigint, criteria text[], mark text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, purpose, detail)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'search', 'family_search', search_id, 'identification',
            json_build_object('results', results, 'criteria', criteria, 'filter', mark));
    RETURN true;
END $$;

-- Look for families in the whole centre, other districts too, so that nobody is recorded twice.
-- What the caller may not see is masked by the view, and is found by surname, PESEL and phone alone:
-- a score that rose with a street, a first name or a birthday would tell them (K1). A family without
-- surname and members is known by its street only, which is then all that it tells.
-- The setting is put back at the end, and an error takes it back with the (sub)transaction; a SET
-- clause would need a superuser's grant.
-- Row security lets no trigram operator reach an index (they are not leakproof); comparing each
-- distinct name once instead is quick. The evidence e of every criterion adds up to 1 - Π(1 - e).
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

-- Raise the version with every update: the ETag of the resource.
CREATE FUNCTION app.raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

-- Refuse words in a file that was erased, whoever writes them: they would never be erased again
-- (art. 17 GDPR). The erasing itself says whose file it empties in `app.erasing`. The argument is the
-- column that leads to the family; the trigger's condition names the columns that erasure empties.
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

-- Write down every change of every audited row: who, when, in which request, which columns, and
-- their values before and after; null stands for the value of a sensitive column. The arguments
-- are the column with the family's id (or nothing) and the table's sensitive columns.
CREATE FUNCTION app.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- The hash of one entry of the audit: SHA-256 over its canonical form, which app/db/chain.py says.
CREATE FUNCTION app.audit_leaf(e public.audit_entry) RETURNS bytea LANGUAGE sql STABLE
RETURN sha256(convert_to(
    'asysta-audit-1' || app.audit_field((e).centre_id::text) || app.audit_field((e).position::text)
    || app.audit_field((e).id::text) || app.audit_field(app.z((e).at))
    || app.audit_field((e).account_id::text) || app.audit_field((e).on_behalf_of::text)
    || app.audit_field((e).request_id::text)
    || app.audit_field((e).operation) || app.audit_field((e).verb)
    || app.audit_field((e).subject) || app.audit_field((e).subject_id::text)
    || app.audit_field((e).family_id::text) || app.audit_field(array_to_string((e).changed, ','))
    || app.audit_field((e).purpose) || app.audit_field((e).detail::text), 'UTF8'));

-- Seal the entries of this centre below a settled mark, at most a thousand at a time; say how many.
-- Whoever comes second while the centre is being sealed does nothing: the first seals for both.
CREATE FUNCTION app.seal_audit(mark bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    head public.audit_seal;
    fresh public.audit_seal;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('audit_seal ' || app.centre(), 0)) THEN
        RETURN 0;
    END IF;
    SELECT * INTO head FROM public.audit_seal s
     WHERE s.centre_id = app.centre() ORDER BY s.number DESC LIMIT 1;
    SELECT max(b.position), count(*), string_agg(app.audit_leaf(b.e), '' ORDER BY b.position)
      INTO fresh.upto, fresh.entries, fresh.leaves
      FROM (SELECT e, e.position FROM public.audit_entry e
             WHERE e.centre_id = app.centre() AND e.position > coalesce(head.upto, 0)
               AND e.position < mark ORDER BY e.position LIMIT 1000) b;
    IF fresh.entries > 0 THEN
        fresh.centre_id := app.centre();
        fresh.number := coalesce(head.number, 0) + 1;
        fresh.at := clock_timestamp();
        fresh.hash := sha256(coalesce(head.hash, decode(repeat('00', 32), 'hex')) || convert_to(
            'asysta-seal-1' || app.audit_field(fresh.centre_id::text)
            || app.audit_field(fresh.number::text) || app.audit_field(app.z(fresh.at))
            || app.audit_field(fresh.upto::text) || app.audit_field(fresh.entries::text), 'UTF8')
            || fresh.leaves);
        INSERT INTO public.audit_seal VALUES (fresh.*);
    END IF;
    RETURN fresh.entries;
END $$;
