"""Pure foundations that every room may import: no clock reading but `clock`, no I/O, no database."""
