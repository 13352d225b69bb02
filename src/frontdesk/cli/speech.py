"""Commands that need what hears and speaks, which an extra brings."""

from importlib import import_module
from types import ModuleType

from frontdesk.cli.faults import CommandFault
from frontdesk.web.pages.voice import is_installed


def with_speech(module: str) -> ModuleType:
    """That module of ours. Raises: CommandFault where the extra is not installed."""
    if not is_installed():
        raise CommandFault("What hears and speaks is not installed. Run: python3 tools/setup.py voice")
    return import_module(module)
