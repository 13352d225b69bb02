"""The four faults of an outside system: they call for four different acts. A connector raises no other."""


class Fault(Exception):
    """Something outside did not work. The text says what to do and names no patient."""


class NotPermitted(Fault):
    """The key or the clinic's plan does not allow it; a person must act."""


class Refused(Fault):
    """It understood and will not do it; do not retry."""


class Unreachable(Fault):
    """It was never asked; safe to retry."""


class OutcomeUnknown(Fault):
    """It may have acted; look the appointment up before anything is retried."""
