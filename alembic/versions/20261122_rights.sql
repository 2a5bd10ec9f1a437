SET ROLE asysta_owner;

CREATE FUNCTION app.note_export(family uuid, subject text, subject_id uuid, purpose text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.audit_entry (centre_id, account_id, request_id, operation, verb, subject,
                                    subject_id, family_id, on_behalf_of, purpose)
    VALUES (app.centre(), app.account(), app.request(), current_setting('app.operation', true),
            'export', subject, subject_id, family, app.on_behalf_of(family), purpose);
    RETURN true;
END $$;

CREATE TABLE rights_request (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	person_id UUID NOT NULL, 
	received_on DATE NOT NULL, 
	channel VARCHAR(64) NOT NULL, 
	requester VARCHAR(64) NOT NULL, 
	representation_ref VARCHAR, 
	identity_confirmed BOOLEAN NOT NULL, 
	note VARCHAR, 
	state VARCHAR(64) NOT NULL, 
	due_on DATE NOT NULL, 
	extended_on DATE, 
	extension_reason VARCHAR, 
	closed_on DATE, 
	handed_over_by VARCHAR(64), 
	refusal_ground VARCHAR(64), 
	refusal_reason VARCHAR, 
	CONSTRAINT pk_rights_request PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_rights_request_centre_id_person_id FOREIGN KEY(centre_id, person_id) REFERENCES person (centre_id, id), 
	CONSTRAINT ck_rights_request_represented CHECK (requester = 'person' OR representation_ref IS NOT NULL), 
	CONSTRAINT ck_rights_request_closed CHECK ((state = 'open') = (closed_on IS NULL)), 
	CONSTRAINT ck_rights_request_refused CHECK ((state = 'refused') = (refusal_ground IS NOT NULL AND refusal_reason IS NOT NULL)), 
	CONSTRAINT ck_rights_request_extension_explained CHECK ((extended_on IS NULL) = (extension_reason IS NULL)), 
	CONSTRAINT fk_rights_request_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_rights_request_request_channel CHECK (channel IN ('in_person', 'letter', 'electronic')), 
	CONSTRAINT ck_rights_request_requester CHECK (requester IN ('person', 'legal_representative', 'attorney')), 
	CONSTRAINT ck_rights_request_request_state CHECK (state IN ('open', 'answered', 'refused')), 
	CONSTRAINT ck_rights_request_handed_over_by CHECK (handed_over_by IN ('in_person', 'letter', 'electronic')), 
	CONSTRAINT ck_rights_request_request_refusal_ground CHECK (refusal_ground IN ('unfounded_or_excessive', 'not_identified', 'rights_of_others', 'restricted_by_act'))
);

CREATE INDEX ix_rights_request_due ON rights_request (centre_id, state, due_on, id);

CREATE INDEX ix_rights_request_person ON rights_request (centre_id, person_id);

ALTER TABLE "rights_request" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "rights_request" FORCE ROW LEVEL SECURITY;

CREATE POLICY rights_request_select ON "rights_request" FOR SELECT USING (centre_id = (SELECT app.centre()) AND (SELECT app.sees_all()));

CREATE POLICY rights_request_insert ON "rights_request" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND (SELECT app.sees_all()));

CREATE POLICY rights_request_update ON "rights_request" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND (SELECT app.sees_all())) WITH CHECK (centre_id = (SELECT app.centre()) AND (SELECT app.sees_all()));

GRANT SELECT, INSERT, UPDATE ON "rights_request" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "rights_request" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "rights_request" FOR EACH ROW EXECUTE FUNCTION app.note_change('', 'extension_reason', 'note', 'refusal_reason');

RESET ROLE;
