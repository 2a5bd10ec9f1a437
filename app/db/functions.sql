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

-- Whether this person is an administrator: keeps every account of the centre and sees no family.
CREATE FUNCTION app.keeps_accounts() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('app.keeps_accounts', true) = 'yes', false);

-- An instant as RFC 3339 in UTC with Z.
CREATE FUNCTION app.z(instant timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- Polish letters and case folded away, for search. Immutable although unaccent is only stable:
-- the dictionary ships with the server and is named outright.
CREATE FUNCTION app.plain(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(public.unaccent('public.unaccent'::regdictionary, word));

-- Families that this person was given, on today's date: assignments, substitutions, placements.
CREATE FUNCTION app.granted_families() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT g.family_id FROM public.access_grant g
     WHERE NOT app.keeps_accounts() AND g.centre_id = app.centre() AND g.account_id = app.account()
       AND g.valid_from <= app.today() AND (g.valid_to IS NULL OR g.valid_to > app.today());
END;

-- Districts that this person serves, on today's date, while they are a social worker.
CREATE FUNCTION app.own_districts() RETURNS SETOF uuid LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT d.district_id FROM public.district_worker d
      JOIN public.account a ON a.centre_id = d.centre_id AND a.id = d.account_id
     WHERE NOT app.keeps_accounts() AND d.centre_id = app.centre() AND d.account_id = app.account()
       AND 'social_worker' = ANY (a.roles)
       AND d.valid_from <= app.today() AND (d.valid_to IS NULL OR d.valid_to > app.today());
END;

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

-- Whether a person may work with data at all today: an authorisation in force (K3), no suspension.
CREATE FUNCTION app.may_work(centre uuid, account uuid, today date) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE
             WHEN NOT EXISTS (
                 SELECT FROM public.data_authorisation d
                  WHERE d.centre_id = may_work.centre AND d.account_id = may_work.account
                    AND d.valid_from <= may_work.today
                    AND (d.valid_to IS NULL OR d.valid_to >= may_work.today)) THEN 'no_data_authorisation'
             WHEN EXISTS (
                 SELECT FROM public.staff_profile p
                  WHERE p.centre_id = may_work.centre AND p.id = may_work.account
                    AND p.state = 'suspended' AND p.suspended_from <= may_work.today) THEN 'suspended'
             ELSE 'ok' END;
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
            set_config('app.keeps_accounts', CASE WHEN 'administrator' = ANY (roles) THEN 'yes' ELSE '' END, true),
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
        PERFORM set_config('app.centre', '', true), set_config('app.sees_all', '', true),
                set_config('app.keeps_accounts', '', true);
        RETURN coalesce(standing, 'session_ended');
    END IF;
    RETURN 'ok';
END $$;

-- Note that somebody reads a family's file; used inside a view, so it can't be forgotten there.
CREATE FUNCTION app.note_reading(family uuid, subject text, subject_id uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'read', subject, subject_id, family);
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
