"""What has happened: the timeline of a case and the outbox of the product, in one table."""
