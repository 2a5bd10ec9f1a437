SET ROLE asysta_owner;
CREATE OR REPLACE FUNCTION app.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
DO $$ DECLARE t record; BEGIN
  FOR t IN SELECT tgrelid::regclass AS name FROM pg_trigger WHERE tgname = 'note_change' LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER note_change AFTER INSERT OR UPDATE ON %s'
                   ' FOR EACH ROW EXECUTE FUNCTION app.note_change()', t.name);
  END LOOP;
END $$;
RESET ROLE;
