"""What the lists of a case have in common."""

# A case that the reader sees: a list within another one is 404, not empty.
# In an emergency each of these readings is noted as well (K11.1).
SEEN_CASE = """family_case c WHERE c.centre_id = app.centre() AND c.id = :case_id::uuid
  AND app.note_reading_in_emergency(c.family_id, 'family_case', c.id)"""
