"""Acts written short, as the tables of cases have them: "when 2026-05-28 at 18:00", "choose 0"."""

from frontdesk.dialogue import acts
from frontdesk.domain.wish import Window, Wish

PLAIN = {
    acts.Greet: "greet",
    acts.Book: "book",
    acts.Reschedule: "reschedule",
    acts.Cancel: "cancel",
    acts.DontMind: "don't mind",
    acts.EveryVisit: "every visit",
    acts.AskOther: "ask other",
    acts.SamePhone: "same phone",
    acts.WrongPhone: "other phone",
    acts.NoEmail: "no email",
    acts.Affirm: "yes",
    acts.Deny: "no",
    acts.AskAutomated: "automated?",
    acts.AskPerson: "person",
    acts.AskClinical: "clinical",
    acts.OptOut: "opt out",
    acts.OptIn: "opt in",
    acts.Thanks: "thanks",
    acts.Goodbye: "goodbye",
    acts.Unsure: "unsure",
    acts.Confirm: "confirm",
    acts.Repeat: "repeat",
    acts.Explain: "explain",
    acts.Wait: "wait",
    acts.Stop: "stop",
    acts.Waitlist: "waitlist",
    acts.OnMyWay: "on my way",
    acts.AskVisit: "my visit?",
    acts.AskOthersVisit: "other's visit?",
    acts.AskDone: "done?",
    acts.AskEach: "each?",
    acts.Complain: "complains",
    acts.WrongNumber: "wrong number",
    acts.Several: "several",
    acts.OffTopic: "off topic",
    acts.Abuse: "abuse",
    acts.Praise: "praise",
    acts.AskForm: "form?",
    acts.AskFormBefore: "form before?",
    acts.TellHealth: "health told",
    acts.TellSorrow: "sorrow",
    acts.GettingHelp: "getting help",
    acts.ForSelf: "for self",
    acts.Unclear: "unclear",
}


def in_words(act: acts.Act) -> str:  # noqa: C901  # one case for each act
    """One act as the tables have it."""
    match act:
        case acts.NameService():
            return "service " + "|".join(act.services) + (" for other" if act.for_other else "")
        case acts.AskWho():
            return f"days of {act.practitioner}" if act.days else f"who is {act.practitioner}"
        case acts.Shift():
            return f"shift {round(act.by.total_seconds() / 60)} minutes"
        case acts.AskWaitlist():
            return "on the list?"
        case acts.FirstVisit():
            return ("first visit" if act.first else "been before") + (" for everyone" if act.everyone else "")
        case acts.WishTime():
            return f"{'of' if act.of_visit else 'when'} {wish_in_words(act.wish)}"
        case acts.WhichTime():
            return "which " + " / ".join(wish_in_words(wish) for wish in act.readings)
        case acts.Choose():
            return "choose " + ",".join(str(place) for place in act.offers)
        case acts.GiveName():
            return f"name {act.given} {act.family}".strip() if not act.family else f"name {act.given} + {act.family}"
        case acts.NameCompanion():
            return f"companion {act.given} {act.family}".strip()
        case acts.GivePhone():
            return f"phone {act.phone}"
        case acts.GiveEmail():
            return f"email {act.email}"
        case acts.GiveAddress():
            return f"address {act.street}, {act.unit}, {act.city}, {act.state}, {act.postcode}".replace(", ,", ",")
        case acts.GivePostcode():
            return f"postcode {act.postcode}"
        case acts.GiveMember():
            return f"member {act.member}"
        case acts.AskAbout():
            of = f" of {act.service}" if act.service else ""
            return f"about {act.topic or 'something else'}{of}"
        case acts.AskPayer():
            return f"takes {act.payer} {'yes' if act.taken else 'no'}"
        case acts.AskOpen():
            told = " and ".join(f"{one.start:%H:%M}-{one.end:%H:%M}" for one in act.hours) or "closed"
            return f"open {act.day} {told} {act.closed_for}".strip()
        case acts.GivePayer():
            return f"insured with {act.payer}"
        case acts.Sessions():
            apart = f" every {act.at_least}-{act.at_most}" if act.at_least else ""
            return f"course of {act.visits}{apart}"
        case acts.AskToPay():
            return f"pay {act.link or ''}".strip()
        case acts.GiveCard():
            return "card"
        case acts.SpeakLanguage():
            return f"speak {act.language}"
        case acts.LeaveMessage():
            return "message" if act.whole else "message to come"
        case acts.RunningLate():
            return "late" if act.by is None else f"late {int(act.by.total_seconds()) // 60}"
        case acts.ForOther():
            return f"for {act.who.value}"
        case acts.GiveBirthDate():
            return f"born {act.born}"
        case acts.GiveCode():
            return f"code {act.code}"
        case acts.LeaveWaitlist():
            return "off the waitlist"
        case acts.AllClear():
            return "all clear"
        case acts.TellMinor():
            return f"age {act.years}"
        case acts.Explain(why=True):
            return "why"
        case acts.Emergency():
            return f"emergency {act.danger.value}"
        case _:
            return PLAIN[type(act)]


def wish_in_words(wish: Wish) -> str:
    """A wish as "2026-05-28 17:00-, not 2026-06-01 with dana"; "any time" when nothing is asked."""
    told = " or ".join(window_in_words(window) for window in wish.windows)
    if wish.excluded:
        told += " not " + " or ".join(window_in_words(window) for window in wish.excluded)
    if wish.same_time:
        told += " at its time"
    if wish.any_hour:
        told += " at any hour"
    if wish.practitioner:
        told += f" with {wish.practitioner}"
    return told.strip() or "any time"


def window_in_words(window: Window) -> str:
    """A window as "2026-05-28 at 18:00", "2026-06-01..2026-06-07 tue,thu 09:00-12:00 done by 17:00"."""
    parts: list[str] = []
    if window.first or window.last:
        same = window.first == window.last
        parts.append(f"{window.first}" if same else f"{window.first or ''}..{window.last or ''}")
    if window.weekdays:
        days = sorted(window.weekdays, key=lambda day: day.value)
        parts.append(",".join(day.name[:3].lower() for day in days))
    if window.earliest or window.latest:
        parts.append(f"{_clock(window.earliest)}-{_clock(window.latest)}")
    if window.done_by:
        parts.append(f"done by {_clock(window.done_by)}")
    if window.at:
        parts.append(f"at {_clock(window.at)}")
    return " ".join(parts)


def _clock(at: object) -> str:
    return f"{at:%H:%M}" if at else ""
