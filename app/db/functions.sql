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

-- This person, and whom they cover today (2.5a). One level only: nobody covers for a covered one.
CREATE FUNCTION app.acting_for() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.acting_for', true), '')::uuid[];

-- Whether a family is among those that this person may see, or was given, and a district among their
-- own: looked for in a text, because a list would be read anew for each of a statement's thirty tables. Of
-- an id nothing but the whole can be found there. The manager and the system see all instead.
CREATE FUNCTION app.sees(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN strpos(current_setting('app.families', true), family::text) > 0;

CREATE FUNCTION app.was_given(family uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN strpos(current_setting('app.given', true), family::text) > 0;

CREATE FUNCTION app.serves(district uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN strpos(current_setting('app.districts', true), district::text) > 0;

-- An instant as RFC 3339 in UTC with Z.
CREATE FUNCTION app.z(instant timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- Polish letters and case folded away, for search. Immutable although unaccent is only stable:
-- the dictionary ships with the server and is named outright.
CREATE FUNCTION app.plain(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(public.unaccent('public.unaccent'::regdictionary, word));

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

-- Look once for what this person may see, so that policies query nothing: families that they were
-- given, their own districts, and the families of those.
CREATE FUNCTION app.look_around() RETURNS void LANGUAGE plpgsql AS $$
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

-- Enter a scope for this transaction and say whether the person may act at all. Anything but 'ok'
-- leaves the scope empty. The system itself (no account) enters one centre and sees all of it.
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
                       CASE WHEN account IS NULL OR roles && '{manager,families:read}' THEN 'yes' ELSE '' END,
                       true);
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

-- Note that somebody reads a family's file; used inside a view, so it can't be forgotten there.
CREATE FUNCTION app.note_reading(family uuid, subject text, subject_id uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, on_behalf_of)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'read', subject, subject_id, family, app.on_behalf_of(family));
    RETURN true;
END $$;

-- Look for families in the whole centre, other districts too, so that nobody is recorded twice.
-- What the caller may not see is masked by the view. The setting is put back at the end, and an
-- error takes it back with the (sub)transaction; a SET clause would need a superuser's grant.
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

-- Raise the version with every update: the ETag of the resource.
CREATE FUNCTION app.raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

-- Write down every change of every audited row: who, when, in which request, which columns.
-- The values stay in the row; an audit that repeats them would double what can leak.
CREATE FUNCTION app.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    new_row jsonb := to_jsonb(NEW);
    old_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    family uuid := CASE WHEN TG_TABLE_NAME = 'family' THEN NEW.id ELSE (new_row ->> 'family_id')::uuid END;
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, on_behalf_of, changed)
    VALUES (NEW.centre_id, app.account(), app.request(), current_setting('app.operation', true),
            lower(TG_OP), TG_TABLE_NAME, NEW.id,
            family, app.on_behalf_of(family),
            CASE WHEN TG_OP = 'UPDATE' THEN
                ARRAY(SELECT n.key FROM jsonb_each(new_row) n
                       WHERE n.key <> 'version' AND n.value IS DISTINCT FROM old_row -> n.key
                       ORDER BY n.key) END);
    RETURN NULL;
END $$;
