"""What is raised when there is no database to work with."""


class DatabaseFault(Exception):
    """The database cannot be used; one line that says what is wrong and what to do."""
