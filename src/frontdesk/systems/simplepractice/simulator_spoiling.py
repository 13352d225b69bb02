"""How badly the next feeds are written: a good status and a text that must not be believed."""

from dataclasses import dataclass, replace

from frontdesk.standards.simulating.http import Response

BEGINS, ENDS = "BEGIN:VEVENT", "END:VEVENT\r\n"


@dataclass(kw_only=True, slots=True)
class Spoiling:
    """Reads still to be spoiled, of each kind; a read is spoiled in one way. Guess [spoiled-feeds]: none was seen.

    `torn` feeds end in the middle, within an event; `empty` ones are whole and hold no event.
    """

    torn: int = 0
    empty: int = 0

    def spoiled(self, response: Response) -> Response:
        """The answer as it goes out."""
        if self.torn:
            self.torn -= 1
            return replace(response, body=_torn(response.body))
        if self.empty:
            self.empty -= 1
            return replace(response, body=_empty(response.body))
        return response


def _torn(feed: str) -> str:
    """The feed up to the middle of its middle event; without events, up to its last line."""
    events = feed.split(BEGINS)
    if len(events) == 1:
        return feed[: feed.index("END:VCALENDAR")]
    middle = len(events) // 2
    return BEGINS.join([*events[:middle], events[middle][: len(events[middle]) // 2]])


def _empty(feed: str) -> str:
    """The feed without its events."""
    return feed.partition(BEGINS)[0] + feed.rpartition(ENDS)[2] if BEGINS in feed else feed
