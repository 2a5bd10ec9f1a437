"""The offer of help: what the centre proposes to the family before it asks for consent."""
