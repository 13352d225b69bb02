"""How often an app may ask: tokens by the minute, calls by the second and by the day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.standards.simulating.refusals import documented, seen
from frontdesk.standards.simulating.waiting import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What an app may ask for; 0 is no limit. Seen [limit-of-calls]: the figures of calls are what clients assume."""

    tokens_a_minute: int = 50
    calls_a_second: int = 0
    calls_a_day: int = 0


PRODUCTION = Limits(tokens_a_minute=50, calls_a_second=100)
PREVIEW = Limits(tokens_a_minute=5, calls_a_second=5)
"""Documented [limit-of-tokens]: 50 a minute in production, 5 in preview."""


class Pace:
    """What an app asked for in the present minute, second and day."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._counted: dict[str, tuple[datetime, int]] = {}

    def token(self) -> None:
        """Count a token asked for. Raises: Refusal 429 for the rest of the minute above the limit."""
        minute = self._clock().replace(second=0, microsecond=0)
        if self._limits.tokens_a_minute < self._count("token", minute) and self._limits.tokens_a_minute:
            raise documented("limit-of-tokens", 429, "Too Many Requests")

    def call(self) -> None:
        """Count a call. Raises: Refusal 429 above the limit of the second, 403 above that of the day.

        Seen [over-rate-403]: the gateway answers 403 too, as plain text; here, when the day's quota is used up.
        """
        now = self._clock()
        of_second = self._count("second", now.replace(microsecond=0))
        of_day = self._count("day", _day(now))
        if self._limits.calls_a_second and of_second > self._limits.calls_a_second:
            raise seen("limit-of-calls", 429, "Too Many Requests")
        if self._limits.calls_a_day and of_day > self._limits.calls_a_day:
            raise seen("over-rate-403", 403, "Developer Over Rate")

    def headers(self) -> dict[str, str]:
        """What is left of the day. Seen [quota-headers]: the names are third parties'.

        Documented [quota-until-midnight]: it starts again at midnight GMT. Guess [quota-reset-in-seconds]: Reset says
        in how many seconds.
        """
        if not self._limits.calls_a_day:
            return {}
        now = self._clock()
        left = max(0, self._limits.calls_a_day - self._counted.get("day", (now, 0))[1])
        reset = int((_day(now) + timedelta(days=1) - now).total_seconds())
        return {"x-ratelimit-remaining": str(left), "x-ratelimit-reset": str(reset)}

    def _count(self, what: str, span: datetime) -> int:
        known, count = self._counted.get(what, (span, 0))
        self._counted[what] = (span, count + 1 if known == span else 1)
        return self._counted[what][1]


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
