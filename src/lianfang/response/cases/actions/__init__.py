"""Everything that changes cases, contacts and measures; one file per noun. Stories across them are workflows."""
