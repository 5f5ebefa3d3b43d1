"""Every write around warrants: asking and approving, keeping records, looking, deciding, destroying."""
