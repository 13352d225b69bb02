"""`--at`: a time on the clock of a location, and the words for it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from frontdesk.cli.faults import CommandFault
from frontdesk.storage.installation import Pinned


def readable(words: str) -> datetime:
    """The date and time that `--at` names, on a wall clock unless an offset is given. Needs no practice.

    Raises: CommandFault.
    """
    try:
        named = datetime.fromisoformat(words)
    except ValueError:
        raise CommandFault(f"--at is {words!r}; write a date and a time like 2026-05-26T21:47.") from None
    if len(words.strip()) <= len("2026-05-26"):
        raise CommandFault(f"--at is {words!r}, a day without a time; write it like {words.strip()}T09:00.")
    return named


def pinned(words: str, zone: ZoneInfo) -> Pinned:
    """The instant that `--at` names: ISO 8601, on the location's wall clock unless an offset is given.

    Raises: CommandFault.
    """
    named = readable(words)
    moment = (named if named.tzinfo else named.replace(tzinfo=zone)).astimezone(UTC)
    if not named.tzinfo and moment.astimezone(zone).replace(tzinfo=None) != named:
        raise CommandFault(f"--at is {words!r}; the clocks of {zone.key} skip that time, choose another.")
    return Pinned(at=moment, words=moment.isoformat())
