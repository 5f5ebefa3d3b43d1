"""Rows to arrays to rows: files of location records into a warrant's vault, and questions to the collision engine."""
