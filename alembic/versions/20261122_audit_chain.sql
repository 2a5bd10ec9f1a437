SET ROLE asysta_owner;

CREATE SEQUENCE app.audit_position;

GRANT USAGE ON SEQUENCE app.audit_position TO asysta_app;

CREATE FUNCTION app.purpose() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN nullif(current_setting('app.purpose', true), '') IS NOT NULL
              THEN current_setting('app.purpose', true)
            WHEN app.account() IS NULL THEN 'system'
            WHEN app.sees_all() THEN 'supervision' ELSE 'casework' END;

CREATE FUNCTION app.next_position() RETURNS bigint LANGUAGE sql VOLATILE
RETURN CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('app.audit_position') END;

CREATE FUNCTION app.audit_field(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value IS NULL THEN '~' ELSE octet_length(value) || ':' || value END;

CREATE FUNCTION app.audit_mark(OUT mark bigint, OUT passed text) LANGUAGE plpgsql AS $$
BEGIN
    mark := app.next_position();
    passed := pg_current_xact_id()::text;
END $$;

CREATE FUNCTION app.audit_settled(passed text) RETURNS boolean LANGUAGE sql VOLATILE
RETURN pg_snapshot_xmin(pg_current_snapshot()) >= passed::xid8;

CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Rows that are there keep the purpose 'casework': their requests did not say more.
ALTER TABLE audit_entry DROP CONSTRAINT pk_audit_entry,
    ADD COLUMN position BIGINT DEFAULT app.next_position() NOT NULL,
    ADD COLUMN purpose VARCHAR DEFAULT 'casework' NOT NULL,
    ADD COLUMN detail JSON;

ALTER TABLE audit_entry ALTER COLUMN purpose SET DEFAULT app.purpose(),
    ADD CONSTRAINT pk_audit_entry PRIMARY KEY (centre_id, position);

DROP INDEX ix_audit_entry_account, ix_audit_entry_family;

CREATE INDEX ix_audit_entry_account ON audit_entry (centre_id, account_id, position);

CREATE INDEX ix_audit_entry_family ON audit_entry (centre_id, family_id, position);

CREATE TABLE audit_seal (
	centre_id UUID NOT NULL, 
	number BIGINT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	upto BIGINT NOT NULL, 
	entries INTEGER NOT NULL, 
	leaves BYTEA NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_audit_seal PRIMARY KEY (centre_id, number), 
	CONSTRAINT fk_audit_seal_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
);

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

ALTER TABLE "audit_seal" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "audit_seal" FORCE ROW LEVEL SECURITY;

CREATE POLICY audit_seal_select ON "audit_seal" FOR SELECT USING (centre_id = (SELECT app.centre()));

CREATE POLICY audit_seal_insert ON "audit_seal" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()));

GRANT SELECT, INSERT ON "audit_seal" TO asysta_app;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entry" FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_seal" FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

RESET ROLE;
