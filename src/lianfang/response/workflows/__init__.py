"""Stories that cross applications: one file each, read top to bottom, one transaction.

A refusal is recorded: every story asks for its permission before it opens the transaction, so that the row in the
ledger which says who was refused is not rolled back with the rest.
"""
