"""How long the law wants a medical record kept, by state; data as read in 2026, for a practice's counsel to confirm."""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from frontdesk.domain.retention import Retention


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordRule:
    """A record is kept `years` after the last visit, and a minor's at least until they are `minors_until` years old."""

    law: str
    years: int
    minors_until: int | None = None


RULES = MappingProxyType(
    {
        "AZ": RecordRule(law="Arizona Revised Statutes 12-2297", years=6, minors_until=21),
        "CA": RecordRule(law="California Health and Safety Code 123145", years=7, minors_until=19),
        "CT": RecordRule(law="Regulations of Connecticut State Agencies 19a-14-42", years=7),
        "FL": RecordRule(law="Florida Administrative Code 64B8-10.002", years=5),
        "NY": RecordRule(law="New York, 8 NYCRR 29.2(a)(3)", years=6, minors_until=22),
        "TX": RecordRule(law="Texas Medical Board, 22 TAC chapter 163 (formerly 165.1)", years=7, minors_until=21),
    }
)
ELSEWHERE = RecordRule(law="no rule is recorded for this state, so longer than most ask for", years=10, minors_until=25)
REFUSALS_KEPT_YEARS = 5
REFUSALS = "47 CFR 64.1200(d)(6): who ended texts is left alone"
_OF_AGE = 18


def rule_of(retention: Retention) -> RecordRule:
    """The law that holds for a practice, with the years that the practice adds."""
    rule = RULES.get(retention.state, ELSEWHERE)
    return RecordRule(law=rule.law, years=max(rule.years, retention.record_years or 0), minors_until=rule.minors_until)


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
