"""What is raised when there is no database to work with, or no backup."""


class DatabaseFault(Exception):
    """The database cannot be used; one line that says what is wrong and what to do."""


class BackupFault(Exception):
    """A backup cannot be written, read or used; one line that says what is wrong and what to do."""
