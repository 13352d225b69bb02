"""What a command tells the person at the keyboard."""


class CommandFault(Exception):
    """The command cannot do what was asked; the text says what is wrong and what to do."""
