SET ROLE asysta_owner;

ALTER POLICY register_check_select ON register_check USING (centre_id = (SELECT app.centre()));
ALTER POLICY register_check_insert ON register_check WITH CHECK (centre_id = (SELECT app.centre()));
ALTER POLICY register_check_update ON register_check USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));
ALTER POLICY staff_suspension_select ON staff_suspension USING (centre_id = (SELECT app.centre()));
ALTER POLICY staff_suspension_insert ON staff_suspension WITH CHECK (centre_id = (SELECT app.centre()));
ALTER POLICY staff_suspension_update ON staff_suspension USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));
ALTER POLICY audit_entry_select ON audit_entry USING (centre_id = (SELECT app.centre()));
ALTER POLICY audit_entry_insert ON audit_entry WITH CHECK (centre_id = (SELECT app.centre()));
ALTER POLICY centre_key_select ON centre_key USING (centre_id = (SELECT app.centre()));
ALTER POLICY centre_key_insert ON centre_key WITH CHECK (centre_id = (SELECT app.centre()));
ALTER POLICY centre_key_update ON centre_key USING (centre_id = (SELECT app.centre())) WITH CHECK (centre_id = (SELECT app.centre()));

RESET ROLE;
