"""What a patient can do with words. Plain values: an act cannot parse itself or run itself."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.domain.time import DayTime
from frontdesk.domain.wish import Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class Greet:
    """Says hello."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """Wants a visit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reschedule:
    """Wants a visit at another time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancel:
    """Wants a visit taken out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NameService:
    """Named a service. More than one id: the words fit each of them. `for_other`: for whoever comes with them.

    `inferred`: of those that the words fit, it is the one that a first visit begins with, or that comes after it.
    """

    services: tuple[ServiceId, ...]
    for_other: bool = False
    inferred: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstVisit:
    """Said whether they have been here before. `everyone`: it is so of each who comes."""

    first: bool
    everyone: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class WishTime:
    """Said when."""

    wish: Wish
    of_visit: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class WhichTime:
    """Said when, in words with more than one reading ("Friday": this one or the next)."""

    readings: tuple[Wish, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choose:
    """Takes an offer, by its 0-based place. More than one place: the words fit each of them."""

    offers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """Wants it so much later than it is; earlier where `by` is less than nothing."""

    by: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class EveryVisit:
    """Means each of the visits that are spoken of: "both", "all of them"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DontMind:
    """Any will do: "either", "whenever"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskOther:
    """None of these: "anything else?", "something later"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveName:
    """Gave a name; `family` is empty where only one word was given."""

    given: str
    family: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NameCompanion:
    """Named somebody who comes along; `family` is empty where only one word was given."""

    given: str
    family: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class GivePhone:
    """Gave a number, E.164."""

    phone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongPhone:
    """The number that was read back, or that they write from, is not the one to call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SamePhone:
    """The number they write from is the one to call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveEmail:
    """Gave an address, lower-case."""

    email: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveAddress:
    """Gave a postal address, as it is written on a letter; `state` as "TX". "" where a part was not given."""

    street: str
    unit: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class GivePostcode:
    """Gave a postcode in its usual form."""

    postcode: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveMember:
    """Gave the member id of an insurance, in capitals without gaps."""

    member: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoEmail:
    """Has none, or does not want to give it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Affirm:
    """Yes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deny:
    """No."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskAutomated:
    """Asks whether this is a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskAbout:
    """A question the practice has an approved answer to; `topic` is that of the answer, "" where none fits.

    `service`: asked of that service, and what is told of it answers; then `topic` is one of ABOUT_SERVICES.
    """

    topic: str
    service: ServiceId | None = None


ABOUT_SERVICES = ("price", "preparation", "aftercare", "length", "about", "who", "offered", "nearest")
"""What a practice's document tells of a service by itself; `who` does it; `offered`: that it is done here at all.

`nearest`: it was asked for by a word that is not its name, a brand or a need, and it is what the practice has.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskPerson:
    """Wants a person. `keyword`: by HELP alone, which carriers want answered with who writes and how to end texts.

    `when`: asks when one answers.
    """

    keyword: bool = False
    when: bool = False


class Danger(Enum):
    """Kinds of emergency, by what to do at once."""

    MEDICAL = "medical"
    AFTER_TREATMENT = "after-treatment"
    SELF_HARM = "self-harm"
    DENTAL = "dental"


@dataclass(frozen=True, kw_only=True, slots=True)
class Emergency:
    """Words that sound like an emergency."""

    danger: Danger


@dataclass(frozen=True, kw_only=True, slots=True)
class GettingHelp:
    """Says, after an alarm, that they are at the emergency room or on the way there, or have called for help."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AllClear:
    """Says, after an alarm, that it was none or that it is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskClinical:
    """A clinical question: only a person may answer it.

    `beforehand`: whether a treatment suits them; nothing is felt or seen that could get worse.
    """

    beforehand: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TellHealth:
    """Tells, beside what is wanted, of something of their health that is long past: for whoever treats them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TellSorrow:
    """Tells, beside what is wanted, of a loss, an accident or a grave illness."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOut:
    """Wants no more messages: STOP, or the same in words. `or_visit`: "cancel" alone, which may mean a visit.

    `offers`: none of those that advertise; the others may go on. `calls`: no more calls like the one they are in.
    """

    or_visit: bool = False
    offers: bool = False
    calls: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OptIn:
    """Wants messages again: START."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Thanks:
    """Thank you."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Goodbye:
    """Bye."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveBirthDate:
    """Says when they were born."""

    born: date


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveCode:
    """Types the one-time code they were sent."""

    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsure:
    """Does not know, or not yet: "maybe", "I'd have to check"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirm:
    """Will come as arranged, or asks that what was arranged or said be confirmed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeat:
    """Asks to hear it again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explain:
    """Did not understand, and asks what was meant. `why`: asks what the thing they were asked for is needed for."""

    why: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """Asks for a moment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """Has enough of this talk: "that's enough", "forget it". Messages may still be sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waitlist:
    """Wants to hear when an earlier time, or any, becomes free."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveWaitlist:
    """Does not want to wait for a time any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sessions:
    """Wants so many visits of one treatment; where they said how far apart, from `at_least` to `at_most` weeks.

    One visit: no course after all.
    """

    visits: int
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GivePayer:
    """Is insured with that payer, by the name the practice or the trade has for it."""

    payer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskPayer:
    """Asks whether that payer's insurance is taken. `taken`: it stands on the practice's list."""

    payer: str
    taken: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AskOpen:
    """Asks whether the practice is open on a day. `hours` are the ones it then has, none where it is closed.

    `closed_for` is what closes it beside the week's rule, as the practice calls it: "Memorial Day"; else "".
    """

    day: date
    hours: tuple[DayTime, ...] = ()
    closed_for: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskOthersVisit:
    """Asks when somebody else comes, who can write for themselves: "what time is my wife's appointment?"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskDone:
    """Asks whether what was spoken of is done: "did it go through?"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskEach:
    """Of several who come together: asks who the time is for, or when each of them comes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskForm:
    """Asks about the intake form: where it is, whether it came in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskFormBefore:
    """Wants to see the intake form before any visit is booked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskWho:
    """Asks who somebody of the clinic is. `days`: asks on which days they are there."""

    practitioner: PractitionerId
    days: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskToPay:
    """Wants to pay a deposit or leave a card. `link`: the practice's own page for it, where it has one."""

    link: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveCard:
    """Typed the number of a payment card, which is kept nowhere. `link`: the practice's own page to pay at."""

    link: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeakLanguage:
    """Wants to be spoken to in that language, one that the desk has."""

    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskOwnData:
    """Asks what is kept of them, or for a copy (45 CFR 164.524)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskDeletion:
    """Wants what is kept of them deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveMessage:
    """Wants something passed on. `whole`: the message says what."""

    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Praise:
    """Was happy with a visit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningLate:
    """Will be late, by so much; None where they did not say how much."""

    by: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OnMyWay:
    """Is coming, or is there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskVisit:
    """Asks about a visit that stands: when it is, with whom."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Complain:
    """Is unhappy with the clinic, or wants money back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongNumber:
    """Is not who the clinic thinks."""


class Relation(Enum):
    """Who somebody else is to the one who writes."""

    CHILD = "child"
    PARENT = "parent"
    PARTNER = "partner"
    FRIEND = "friend"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class ForSelf:
    """The visit is for the one who writes, and for nobody else. `of_age`: they say that they are an adult."""

    of_age: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ForOther:
    """The visit is for somebody else."""

    who: Relation


@dataclass(frozen=True, kw_only=True, slots=True)
class TellMinor:
    """Whoever comes is below eighteen: so many years old, as told."""

    years: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AskWaitlist:
    """Asked whether they are on the waitlist, or whether a time has opened up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Several:
    """So many people want to come, whoever writes among them: with their `child`, `years` old where that is told."""

    people: int = 2
    child: bool = False
    years: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OffTopic:
    """Nothing a clinic's front desk has to do with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Abuse:
    """Insults, or worse."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """Words that fit nothing above."""


Act = (
    Greet
    | Book
    | Reschedule
    | Cancel
    | NameService
    | FirstVisit
    | WishTime
    | WhichTime
    | Choose
    | Shift
    | EveryVisit
    | DontMind
    | AskOther
    | GiveName
    | NameCompanion
    | GivePhone
    | WrongPhone
    | SamePhone
    | GiveEmail
    | GiveAddress
    | GivePostcode
    | GiveMember
    | NoEmail
    | Affirm
    | Deny
    | AskAutomated
    | AskAbout
    | AskPerson
    | Emergency
    | GettingHelp
    | AllClear
    | AskClinical
    | TellHealth
    | TellSorrow
    | OptOut
    | OptIn
    | Thanks
    | Goodbye
    | GiveBirthDate
    | GiveCode
    | Unsure
    | Confirm
    | Repeat
    | Explain
    | Wait
    | Stop
    | Waitlist
    | LeaveWaitlist
    | Sessions
    | GivePayer
    | AskPayer
    | AskOpen
    | AskForm
    | AskFormBefore
    | AskWho
    | AskToPay
    | GiveCard
    | SpeakLanguage
    | AskOwnData
    | AskDeletion
    | LeaveMessage
    | Praise
    | RunningLate
    | OnMyWay
    | AskVisit
    | AskOthersVisit
    | AskDone
    | AskEach
    | Complain
    | WrongNumber
    | ForOther
    | ForSelf
    | TellMinor
    | AskWaitlist
    | Several
    | OffTopic
    | Abuse
    | Unclear
)


class ConfirmBy(Enum):
    """How to have a detail confirmed, or taken where it was not understood."""

    NOTHING = "nothing"
    READ_BACK = "read back"
    SPELL = "spell"
    KEYPAD = "keypad"
    TEXT_LINK = "text link"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """An act as it was heard: which characters [start, end) it came from and how sure that is, 0 to 1.

    `confirm_by` is how to have a detail of the patient confirmed; None where it is no such detail. `also` are other
    readings of that detail, the likeliest first.
    """

    act: Act
    span: tuple[int, int] = field(default=(0, 0))
    confidence: float = 1.0
    confirm_by: ConfirmBy | None = None
    also: tuple[Act, ...] = ()
