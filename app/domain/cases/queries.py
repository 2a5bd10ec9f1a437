"""What the lists of a case have in common."""

# A case that the reader sees: a list within another one is 404, not empty. Looking is noted.
SEEN_CASE = (
    "family_case c WHERE c.centre_id = app.centre() AND c.id = :case_id::uuid"
    " AND app.note_reading(c.family_id, 'family_case', c.id)"
)
