"""How long the law wants a medical record kept, by state."""

from dataclasses import dataclass
from datetime import date

from frontdesk.compliance.rule import Keep, Rules, Topic
from frontdesk.domain.retention import Retention


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordRule:
    """A record is kept `years` after the last visit, and a minor's at least until they are `minors_until` years old."""

    law: str
    years: int
    minors_until: int | None = None


ELSEWHERE = RecordRule(law="no rule is recorded for this state, so longer than most ask for", years=10, minors_until=25)
RECORDS = "records"
"""What the rules on medical records call them."""
REFUSED = "do-not-call-request"
REFUSALS_KEPT_YEARS = 5
"""Without a rule that says so, as 47 CFR 64.1200(d)(6) has it."""
REFUSALS = "47 CFR 64.1200(d)(6): who ended texts is left alone"
_OF_AGE = 18


def rule_of(retention: Retention, rules: Rules, *, today: date) -> RecordRule:
    """The law that holds for a practice on that day, with the years that the practice adds."""
    rule = ELSEWHERE
    for one in rules.about(Topic.RETENTION, state=f"US-{retention.state}", day=today):
        if isinstance(one.asks, Keep) and RECORDS in one.asks.what:
            rule = RecordRule(law=one.source.cite, years=one.asks.years, minors_until=one.asks.minors_until)
    return RecordRule(law=rule.law, years=max(rule.years, retention.record_years or 0), minors_until=rule.minors_until)


def years_kept(rules: Rules, what: str, *, state: str, today: date) -> int | None:
    """How many years what is named so ("policy", "consent") is kept; None: no rule says."""
    years = [
        one.asks.years
        for one in rules.about(Topic.RETENTION, state=state, day=today)
        if isinstance(one.asks, Keep) and what in one.asks.what
    ]
    return max(years, default=None)


def refusals_kept(rules: Rules, *, state: str, today: date) -> int:
    """How many years it is kept that somebody ended texts."""
    return years_kept(rules, REFUSED, state=state, today=today) or REFUSALS_KEPT_YEARS


def kept_until(rule: RecordRule, *, last_visit: date, born: date | None) -> date:
    """The last day on which the record must be there. Without a birth date, as if the patient were just born."""
    after_visit = years_after(last_visit, rule.years)
    born = born or last_visit
    if rule.minors_until is None or years_after(born, _OF_AGE) <= last_visit:
        return after_visit
    return max(after_visit, years_after(born, rule.minors_until))


def years_after(day: date, years: int) -> date:
    """The same day of a later year; February 29 becomes March 1."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
