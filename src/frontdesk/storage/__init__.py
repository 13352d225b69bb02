"""PostgreSQL: a module and its SQL per family of tables, and the built-in calendar."""
