"""One file per page or noun: parse, call, render."""
