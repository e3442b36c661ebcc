"""What stays of a contact: records folded from the journal, and the figures of the day."""
