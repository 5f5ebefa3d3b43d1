"""Pure decisions on location records: bounds of a warrant, what records say, what a question may ask."""
