"""What is raised when keys or what they seal cannot be used. No text names a patient or a content."""


class CannotOpen(Exception):
    """Something sealed does not open; the text says where it stands and what to do."""


class MasterKeyFault(Exception):
    """The master key cannot be used; one line that says what is wrong and what to do."""


class RecoveryFault(Exception):
    """The recovery key, or what was sealed for it, cannot be used; one line that says what to do."""
