"""Reading cases, contacts, measures and the rules in force; one file per noun."""
