"""Decisions on plain values. No database, no clock: every function says what the rule says."""
