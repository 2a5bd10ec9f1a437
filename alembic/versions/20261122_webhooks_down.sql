SET ROLE asysta_owner;

DROP TABLE webhook_progress;

DROP TABLE webhook_delivery;

DROP TABLE webhook;

-- What was told of webhooks goes with them: the former release knows no such events.
ALTER TABLE office_event NO FORCE ROW LEVEL SECURITY;
DELETE FROM office_event WHERE type IN ('webhook_registered', 'webhook_secret_issued', 'webhook_disabled', 'webhook_pinged', 'webhook_replayed');
ALTER TABLE office_event FORCE ROW LEVEL SECURITY;

ALTER TABLE office_event DROP CONSTRAINT ck_office_event_office_event_type,
    ADD CONSTRAINT ck_office_event_office_event_type CHECK (type IN ('settings_changed', 'district_created', 'district_changed', 'district_given', 'district_taken', 'foster_family_registered', 'coordinator_appointed', 'coordination_ended', 'staff_created', 'staff_changed', 'qualifications_set', 'declarations_set', 'register_checked', 'training_recorded', 'data_access_given', 'data_access_ended', 'staff_activated', 'staff_suspended', 'staff_reinstated', 'staff_ended', 'account_deactivated', 'account_reactivated', 'sessions_ended', 'password_changed', 'password_reset', 'second_factor_set', 'second_factor_removed', 'identity_linked', 'identity_unlinked', 'client_registered', 'client_disabled', 'client_secret_issued', 'client_secret_revoked', 'cover_set', 'cover_ended', 'data_notice_published', 'rights_request_received', 'rights_request_extended', 'rights_request_granted', 'rights_request_refused', 'destruction_proposed', 'destruction_approved', 'destruction_withdrawn', 'destruction_carried_on', 'access_sign_noted', 'access_sign_reviewed'));

ALTER POLICY api_client_update ON "api_client" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.office()) IS NOT NULL OR id = (SELECT app.account())));

ALTER POLICY client_secret_update ON "client_secret" USING (centre_id = (SELECT app.centre()) AND ((SELECT app.office()) IS NOT NULL OR client_id = (SELECT app.account())));

RESET ROLE;
