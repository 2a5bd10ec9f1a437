SET ROLE asysta_owner;

CREATE OR REPLACE FUNCTION app.audit_mark(OUT mark bigint, OUT passed text) LANGUAGE plpgsql AS $$
BEGIN
    mark := nextval('app.audit_position');
    passed := pg_current_xact_id()::text;
END $$;
-- down
SET ROLE asysta_owner;

CREATE OR REPLACE FUNCTION app.audit_mark(OUT mark bigint, OUT passed text) LANGUAGE plpgsql AS $$
BEGIN
    mark := app.next_position();
    passed := pg_current_xact_id()::text;
END $$;
