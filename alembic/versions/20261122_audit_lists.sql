SET ROLE asysta_owner;

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

RESET ROLE;
