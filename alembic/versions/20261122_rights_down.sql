SET ROLE asysta_owner;

DROP TABLE rights_request;

DROP FUNCTION app.note_export(uuid, text, uuid, text);

RESET ROLE;
