"""How badly the next feeds are written: a good status and a text that must not be believed."""

from dataclasses import dataclass, replace

from frontdesk.standards.simulating.http import Response

NO_EVENT = ("BEGIN:VEVENT", "END:VEVENT")


@dataclass(kw_only=True, slots=True)
class Spoiling:
    """Reads still to be spoiled, of each kind; a read is spoiled in one way. Guess [spoiled-feeds]: none was seen.

    `torn` feeds end in the middle, within an event; `empty` ones are whole and hold no event; `signed_out` ones are
    the sign-in page in place of the feed, with its media type, and 200.
    """

    torn: int = 0
    empty: int = 0
    signed_out: int = 0

    def spoiled(self, response: Response) -> Response:
        """The answer as it goes out."""
        if self.torn:
            self.torn -= 1
            return replace(response, body=_torn(response.body))
        if self.empty:
            self.empty -= 1
            return replace(response, body=_empty(response.body))
        if self.signed_out:
            self.signed_out -= 1
            body = "<!doctype html><html><title>Sign in</title><h1>Sign in to your account</h1></html>"
            return replace(response, headers={"content-type": "text/html; charset=utf-8"}, body=body)
        return response


def _torn(feed: str) -> str:
    """The feed up to the middle of its middle event; without events, up to its last line."""
    starts = [place for place in range(len(feed)) if feed.startswith(NO_EVENT[0], place)]
    if not starts:
        return feed[: feed.index("END:VCALENDAR")]
    begins = starts[len(starts) // 2]
    return feed[: (begins + feed.index(NO_EVENT[1], begins)) // 2]


def _empty(feed: str) -> str:
    """The feed without its events."""
    first, last = feed.find(NO_EVENT[0]), feed.rfind(NO_EVENT[1])
    return feed if first < 0 else feed[:first] + feed[last + len(NO_EVENT[1]) + 2 :]
