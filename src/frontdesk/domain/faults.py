"""What is raised when a value cannot exist."""


class Impossible(ValueError):
    """A value was asked for that the clinic's world does not allow; the message says which and why."""
