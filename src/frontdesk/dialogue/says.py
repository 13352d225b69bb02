"""What is to be said, as facts. Phrasing turns each into words of the patient's language and channel."""

from dataclasses import dataclass
from datetime import date, datetime, time

from frontdesk.dialogue.acts import ConfirmBy, Danger, Relation
from frontdesk.dialogue.state import Ask, Part
from frontdesk.dialogue.who import Who
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.domain.wish import Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class SayHello:
    """The greeting, with the disclosure that this is an automated assistant. Stands first, once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayAutomated:
    """Yes, this is an automated assistant; a person can be had."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskHowToHelp:
    """What can I do for you? `more`: beside what was done or passed on already."""

    more: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskService:
    """What would you like to come in for? `among` narrows it to a few; `waits`: it is for the waitlist."""

    among: tuple[ServiceId, ...] = ()
    waits: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskFirstVisit:
    """Have you been here before? `other`: has whoever comes?"""

    service: ServiceId
    other: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskTime:
    """Which days or times suit you?"""

    service: ServiceId


@dataclass(frozen=True, kw_only=True, slots=True)
class AskReading:
    """Which of these did you mean?"""

    readings: tuple[Wish, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SayServiceNow:
    """Which service is spoken of from here on. Of several it is the `first` or a later one; None: it is another one."""

    service: ServiceId
    first: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """So many come together with whoever is spoken of: one of them `given`, where the name is known."""

    more: int
    given: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferSlots:
    """These times are free. `exact`: they fit the wish; else they are the nearest there are.

    `again`: the wish that nothing fits was told before, and may wait on the list. `wanted` is whom they asked for: it
    is with them that nothing fits. `missed` is the one day on which nothing fits, on the wall clock: "Wednesday" may
    have been meant as another. `along` has for each of the times what those could have who come together with them.
    """

    slots: tuple[Slot, ...]
    exact: bool
    again: bool = False
    wanted: PractitionerId | None = None
    missed: date | None = None
    along: tuple[tuple[Slot, ...], ...] = ()
    company: Company | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AskWhichOffer:
    """Which of these, please? The same offers once more."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNothingFree:
    """Nothing fits; ask for other days."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNotAtThatAge:
    """The service is for other ages; nothing is booked."""

    service: ServiceId
    from_age: int | None
    to_age: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SayInTurn:
    """Several people want to come: each is booked after the other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayForOne:
    """The time that is spoken of is one person's; the others' come next."""

    company: Company


@dataclass(frozen=True, kw_only=True, slots=True)
class SayBirthDateKept:
    """The birth date was understood, where nobody had asked for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOnTheList:
    """They are on the waitlist, and hear of a time here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNextPerson:
    """That one is done; now for the next of them, `left` of them to go: `given`, where the name is known."""

    left: int
    given: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOfService:
    """What the practice's document tells of a service; `fact` is one of ABOUT_SERVICES."""

    fact: str
    service: ServiceId


@dataclass(frozen=True, kw_only=True, slots=True)
class AskWhetherToBook:
    """That was asked about; shall it be booked?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayTaken:
    """That time has just been taken by somebody else."""

    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class SayHolding:
    """The time is kept while the rest is asked."""

    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class AskNameAndPhone:
    """Full name and a number to call back. `texting`: they write from a number that may serve.

    `who` comes, where that is not the one who writes: then the name is theirs.
    """

    texting: bool
    who: Relation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AskName:
    """Full name, of `who` comes. `given` is known where only the first name was said."""

    given: str | None = None
    who: Relation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AskPhone:
    """A number to call back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskEmail:
    """Where the confirmation should go."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadBack:
    """Everything that will be booked, and: shall I?"""

    slot: Slot
    who: Who


@dataclass(frozen=True, kw_only=True, slots=True)
class SayBooked:
    """It stands, or is `requested`: staff must enter it first. With what follows: the mail and the form.

    With a `minor` a parent or guardian comes along.
    """

    slot: Slot
    email: str | None
    intake: str | None
    requested: bool = False
    minor: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SayEntered:
    """What was requested stands now."""

    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class SayVisitMoved:
    """The visit has another time now, and with whom it is."""

    start: datetime
    practitioner: PractitionerId | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SayVisitCancelled:
    """The visit that was to begin then stands no more."""

    start: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SayVisitsCancelled:
    """The visits that were to begin at these times, two or more, stand no more."""

    starts: tuple[datetime, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNotBooked:
    """Nothing has been booked, and the time is free again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskWhatToChange:
    """What should be different: the time, the name, the number, the e-mail?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayAlreadyBooked:
    """The visit that was just talked about stands already, or is asked for."""

    requested: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskWhoYouAre:
    """Before visits are spoken of: name, birth date and, unless they are `texting`, number on file.

    `other`: of somebody whom they write for.
    """

    texting: bool
    other: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskBirthDate:
    """When were you born? `who`: when were they? `for_file`: the clinic's system needs it; it proves nothing."""

    who: Relation | None = None
    for_file: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskPhoneOnFile:
    """Which number does the clinic have of you?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskCodeWanted:
    """That was not enough, whatever the reason: shall a code be sent to what may be on file, or somebody call?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskCode:
    """If there is such a chart, a code is on its way: which is it?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskCodeAgain:
    """That one does not work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskWhichVisit:
    """Which of these visits?"""

    visits: tuple[Appointment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SayVisits:
    """These are the visits to come; () when there is none, and then `past` is the last one, if it was lately."""

    visits: tuple[Appointment, ...]
    past: Appointment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNextVisit:
    """This one is spoken of now: one of several that are to be moved."""

    visit: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class SayFormWithVisit:
    """The intake form is made for a visit, and comes with its confirmation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayWho:
    """Who that is: one of those who treat people here. `days`: the days of the week they are here on."""

    practitioner: PractitionerId
    days: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskOtherVisit:
    """None to come is as it was spoken of; these are, and which of them is meant, if any?"""

    visits: tuple[Appointment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AskNewTime:
    """When would you like to come instead?"""

    visit: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadBackMove:
    """From there to here: shall I move it?"""

    visit: Appointment
    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadBackCancel:
    """This one: shall I cancel it?"""

    visit: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadBackCancelAll:
    """These, two or more: shall I cancel them all?"""

    visits: tuple[Appointment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SayVisitKept:
    """Nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayEmergency:
    """What to do at once.

    `again`: it was said before, and they write on. `passed_on`: what they wrote was passed to people at the desk, whom
    they should not wait for.
    """

    danger: Danger
    again: bool = False
    passed_on: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOthersVisit:
    """Nobody is told of another person's visit; what that person can do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayIsCancelled:
    """The visit that they would keep after all is cancelled by now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayWaitsForYes:
    """What was read back is not done yet, and is once they say so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNotYet:
    """What was asked about has not been done: the question that comes next stands before it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayAllClear:
    """Good that it was no emergency; and what to do if it becomes one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayWhyAsked:
    """What the thing that was asked for is needed for."""

    asked: Ask


@dataclass(frozen=True, kw_only=True, slots=True)
class SayAlerted:
    """Somebody of the clinic knows of the emergency, and has said so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayPersonComes:
    """A person has been told; what happens next. `through`: the caller is put through to one now.

    `beforehand`: of a clinical question about nothing that they have. `rest`: something else was asked with it, and
    is answered. `again`: they were told before that somebody gets back to them.
    """

    reason: str
    through: bool = False
    beforehand: bool = False
    rest: bool = False
    again: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNobodyFree:
    """Nobody took the call that was to be put through; until when they call back, UTC."""

    by: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SayMissedEachOther:
    """The caller hung up before anybody took their call; until when they are called back, UTC."""

    by: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SayCallGoesOn:
    """The call has ended while a visit was being arranged, and goes on by text. `slot`: the time that was chosen."""

    service: ServiceId
    slot: Slot | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SayAnswer:
    """The practice's approved answer, as it stands."""

    topic: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOptedOut:
    """No more messages; how to start again. `or_visit`: and whether a visit was meant."""

    or_visit: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SayStillWaits:
    """Asked when a person answers: that it is with the people at the desk, and how to reach them sooner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayHelp:
    """Who writes here, how to reach them, and how to end texts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOptedIn:
    """Messages again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNotUnderstood:
    """Not understood; the question that follows is asked again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayTrouble:
    """The calendar cannot be reached; a person will follow up; nothing is promised."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayWelcome:
    """You're welcome."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskGap:
    """How many weeks apart shall the visits of the course be?"""

    visits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SayPlan:
    """These visits can be had as a course."""

    plan: tuple[Slot, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNoPlan:
    """No course fits; ask for other days or times."""

    visits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadBackCourse:
    """Everything of a course once more, and: shall I book it?"""

    plan: tuple[Slot, ...]
    who: Who


@dataclass(frozen=True, kw_only=True, slots=True)
class SayCourseBooked:
    """All of them stand, or are `requested`. `email` is where confirmations were sent, `intake` the first's form."""

    plan: tuple[Slot, ...]
    email: str | None
    intake: str | None
    requested: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOnWaitlist:
    """They are on the list, for a time that fits."""

    service: ServiceId
    wish: Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOpening:
    """A time opened up that they wait for, and is kept for them until then: do they want it?

    `link`: where it can be answered in a browser.
    """

    slot: Slot
    until: datetime
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOpeningToAll:
    """A time opened up that they and others wait for: the first to answer gets it. `link`: as in `SayOpening`."""

    slot: Slot
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskOpening:
    """Do they want the time that the first to answer gets? Asked once more."""

    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOpeningGone:
    """The time that they were offered is not free any more; they stay on the list."""

    slot: Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class SayReminder:
    """Their visits of one day, the soonest first, are near: will they come? `form`: one is still to be filled in.

    `names`: who comes to each, where they are of several people; else (). `prepare`: the services of which it says
    how to prepare for them. `wording`: words of the practice's that are tried instead of the usual ones.
    """

    visits: tuple[Appointment, ...]
    names: tuple[str, ...] = ()
    wording: str = ""
    form: bool = False
    prepare: tuple[ServiceId, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SayAftercare:
    """What to mind after that visit, in the practice's words."""

    visit: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class AskToComeAgain:
    """It is time for their next visit for that service, in the practice's words: shall a time be found?"""

    service: ServiceId


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOffersEnded:
    """Nothing that advertises is sent to them any more; news of their visits is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayStillWaiting:
    """They did not want that time, and stay on the list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOffWaitlist:
    """They wait for nothing any more; `count` entries were taken off, which may be none."""

    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SayConfirmed:
    """It is noted that they come to these visits."""

    visits: tuple[Appointment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SayFormWaits:
    """The form of that visit, behind its link."""

    visit: Appointment
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SayFormIsIn:
    """The form of that visit came in."""

    visit: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class AskPayerName:
    """Which insurance is it?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskMember:
    """And the member id on the card?"""

    payer: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SayCoverageKept:
    """It is noted, and the clinic will verify it. `member` None: without its member id."""

    payer: str | None
    member: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """The doors stand open from then to then, on the wall clock of that day."""

    day: date
    start: time
    end: time


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOpen:
    """When the practice is open on a day; nothing in `hours`: it is closed, `closed_for` what the practice calls it."""

    day: date
    hours: tuple[Open, ...]
    closed_for: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SayPayer:
    """Whether that payer stands on the practice's list."""

    payer: str
    taken: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SayPayHere:
    """The practice's own page to pay at; what became of a payment the desk does not know."""

    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNoCards:
    """No card numbers here, please. `link`: where they belong."""

    link: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AskMessage:
    """What shall be passed on?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayCheckEmail:
    """An e-mail address that looks like a slip of the pen, and the one that was `likely` meant."""

    email: str
    likely: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SayAnotherWay:
    """What was not caught is taken another way: letter by letter, or by keys."""

    by: ConfirmBy


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadBackHeard:
    """One detail as it was heard, and whether that is right. `again`: it was read back before, and not answered."""

    part: Part
    given: str = ""
    family: str = ""
    phone: str = ""
    email: str = ""
    born: date | None = None
    again: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AskAnotherWay:
    """A detail that was not heard right: it is asked for once more, and how to give it now."""

    part: Part
    by: ConfirmBy


@dataclass(frozen=True, kw_only=True, slots=True)
class AskLinkWanted:
    """Shall a link be texted, to type that detail in?"""

    part: Part


@dataclass(frozen=True, kw_only=True, slots=True)
class SayTypingLink:
    """Where that detail can be typed in; it is taken up as soon as it is there."""

    part: Part
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SayForTheForm:
    """Address and insurance have their place on the form that comes with the visit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayOffTopic:
    """What the desk can help with, since that was none of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayHelpUnderWay:
    """They are where help is, after an alarm: the clinic was told, to call them there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SaySorry:
    """They told of something sad: it is heard, before anything is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayTakenIn:
    """What they told is kept, though something else was asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayTakeYourTime:
    """The desk waits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayGoodbye:
    """Bye."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskRightPerson:
    """Whether it is them whom the desk has called. `why`: they asked what it is about, which only they are told."""

    given: str
    why: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SayNotThem:
    """The call is for somebody else: thanks, how to reach the practice, and goodbye."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayCallsEnded:
    """They get no more calls like this one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SayChangedSince:
    """What the desk has called about has changed meanwhile; they hear of it."""


Say = (
    SayHello
    | SayAutomated
    | AskHowToHelp
    | AskService
    | AskFirstVisit
    | AskTime
    | AskReading
    | SayServiceNow
    | OfferSlots
    | AskWhichOffer
    | SayNothingFree
    | SayNotAtThatAge
    | SayInTurn
    | SayForOne
    | SayBirthDateKept
    | SayOnTheList
    | SayNextPerson
    | SayTaken
    | SayHolding
    | AskNameAndPhone
    | AskName
    | AskPhone
    | AskEmail
    | ReadBack
    | SayBooked
    | SayEntered
    | SayVisitMoved
    | SayVisitCancelled
    | SayVisitsCancelled
    | SayNotBooked
    | AskWhatToChange
    | SayAlreadyBooked
    | AskWhoYouAre
    | AskBirthDate
    | AskPhoneOnFile
    | AskCodeWanted
    | AskCode
    | AskCodeAgain
    | AskWhichVisit
    | SayVisits
    | SayNextVisit
    | SayFormWithVisit
    | SayWho
    | AskOtherVisit
    | AskNewTime
    | ReadBackMove
    | ReadBackCancel
    | ReadBackCancelAll
    | SayVisitKept
    | SayEmergency
    | SayOthersVisit
    | SayIsCancelled
    | SayNotYet
    | SayWaitsForYes
    | SayAllClear
    | SayWhyAsked
    | SayAlerted
    | SayPersonComes
    | SayNobodyFree
    | SayMissedEachOther
    | SayCallGoesOn
    | SayAnswer
    | SayOptedOut
    | SayStillWaits
    | SayHelp
    | SayOptedIn
    | SayNotUnderstood
    | SayTrouble
    | SayWelcome
    | SayCheckEmail
    | SayAnotherWay
    | ReadBackHeard
    | AskAnotherWay
    | AskLinkWanted
    | SayTypingLink
    | SayForTheForm
    | SayOfService
    | AskWhetherToBook
    | AskGap
    | SayPlan
    | SayNoPlan
    | ReadBackCourse
    | SayCourseBooked
    | SayOnWaitlist
    | SayOpening
    | SayOpeningToAll
    | AskOpening
    | SayOpeningGone
    | SayReminder
    | SayAftercare
    | AskToComeAgain
    | SayOffersEnded
    | SayStillWaiting
    | SayOffWaitlist
    | SayConfirmed
    | SayFormWaits
    | SayFormIsIn
    | AskPayerName
    | AskMember
    | SayCoverageKept
    | SayPayer
    | SayOpen
    | SayPayHere
    | SayNoCards
    | AskMessage
    | SayOffTopic
    | SayTakenIn
    | SaySorry
    | SayHelpUnderWay
    | SayTakeYourTime
    | SayGoodbye
    | AskRightPerson
    | SayNotThem
    | SayCallsEnded
    | SayChangedSince
)
