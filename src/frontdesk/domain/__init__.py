"""The clinic's words as values. Nothing here reads a clock, a file or a database."""
