SET ROLE asysta_owner;

ALTER TABLE erased_file DROP COLUMN list_id;

DROP TABLE destruction_file, destruction_list;

ALTER TABLE centre_settings DROP COLUMN retention_category,
    DROP COLUMN retention_years;

RESET ROLE;
