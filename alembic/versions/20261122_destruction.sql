SET ROLE asysta_owner;

-- Unset, so nothing is due by itself until a centre says so (K8).
ALTER TABLE centre_settings ADD COLUMN retention_category VARCHAR,
    ADD COLUMN retention_years INTEGER;

CREATE TABLE destruction_list (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	prepared_on DATE NOT NULL, 
	approved_on DATE, 
	approved_by UUID, 
	consent_ref VARCHAR, 
	carried_out_on DATE, 
	CONSTRAINT pk_destruction_list PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_destruction_list_centre_id_approved_by FOREIGN KEY(centre_id, approved_by) REFERENCES account (centre_id, id), 
	CONSTRAINT ck_destruction_list_approved CHECK ((approved_on IS NULL) = (approved_by IS NULL)), 
	CONSTRAINT ck_destruction_list_approval CHECK (state NOT IN ('approved', 'carried_out') OR approved_on IS NOT NULL), 
	CONSTRAINT ck_destruction_list_end CHECK ((state = 'carried_out') = (carried_out_on IS NOT NULL)), 
	CONSTRAINT fk_destruction_list_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_destruction_list_list_state CHECK (state IN ('proposed', 'approved', 'withdrawn', 'carried_out'))
);

CREATE INDEX ix_destruction_list_approved_by ON destruction_list (centre_id, approved_by);

CREATE TABLE destruction_file (
	centre_id UUID NOT NULL, 
	id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_by UUID DEFAULT app.account(), 
	version INTEGER DEFAULT 1 NOT NULL, 
	family_id UUID NOT NULL, 
	list_id UUID NOT NULL, 
	categories TEXT[] NOT NULL, 
	retention_until DATE NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	left_out_because VARCHAR(64), 
	CONSTRAINT pk_destruction_file PRIMARY KEY (centre_id, id), 
	CONSTRAINT fk_destruction_file_centre_id_family_id FOREIGN KEY(centre_id, family_id) REFERENCES family (centre_id, id), 
	CONSTRAINT fk_destruction_file_centre_id_list_id FOREIGN KEY(centre_id, list_id) REFERENCES destruction_list (centre_id, id), 
	CONSTRAINT ck_destruction_file_left_out CHECK ((state = 'left_out') = (left_out_because IS NOT NULL)), 
	CONSTRAINT fk_destruction_file_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id), 
	CONSTRAINT ck_destruction_file_file_state CHECK (state IN ('listed', 'erased', 'left_out')), 
	CONSTRAINT ck_destruction_file_left_out_reason CHECK (left_out_because IN ('under_hold', 'in_use', 'kept_longer', 'erased_before', 'withdrawn'))
);

CREATE UNIQUE INDEX destruction_file_listed_once ON destruction_file (centre_id, family_id) WHERE state = 'listed';

CREATE INDEX ix_destruction_file_family ON destruction_file (centre_id, family_id);

CREATE INDEX ix_destruction_file_list ON destruction_file (centre_id, list_id, id);

ALTER TABLE "destruction_list" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "destruction_list" FORCE ROW LEVEL SECURITY;

CREATE POLICY destruction_list_select ON "destruction_list" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

CREATE POLICY destruction_list_insert ON "destruction_list" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

CREATE POLICY destruction_list_update ON "destruction_list" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

GRANT SELECT, INSERT, UPDATE ON "destruction_list" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "destruction_list" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "destruction_list" FOR EACH ROW EXECUTE FUNCTION app.note_change('');

ALTER TABLE "destruction_file" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "destruction_file" FORCE ROW LEVEL SECURITY;

CREATE POLICY destruction_file_select ON "destruction_file" FOR SELECT USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

CREATE POLICY destruction_file_insert ON "destruction_file" FOR INSERT WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

CREATE POLICY destruction_file_update ON "destruction_file" FOR UPDATE USING (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all()))) WITH CHECK (centre_id = (SELECT app.centre()) AND ((SELECT app.sees_all())));

GRANT SELECT, INSERT, UPDATE ON "destruction_file" TO asysta_app;

CREATE TRIGGER raise_version BEFORE UPDATE ON "destruction_file" FOR EACH ROW EXECUTE FUNCTION app.raise_version();

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON "destruction_file" FOR EACH ROW EXECUTE FUNCTION app.note_change('family_id');

-- The column is new: every value is NULL, and there are few rows.
ALTER TABLE erased_file ADD COLUMN list_id UUID,
    -- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
    ADD CONSTRAINT fk_erased_file_centre_id_list_id FOREIGN KEY (centre_id, list_id) REFERENCES destruction_list (centre_id, id);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_erased_file_list ON erased_file (centre_id, list_id);

RESET ROLE;
