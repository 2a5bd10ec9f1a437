"""The commands of the audit, for whoever keeps the database: export, verify, sign."""
