"""Pure decisions about places and their names."""
