"""Words in, acts out, by rules: offline, in milliseconds, the same words in the same context giving the same acts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AllClear,
    AskAbout,
    AskClinical,
    AskForm,
    AskFormBefore,
    AskOpen,
    AskOther,
    AskPayer,
    AskToPay,
    AskVisit,
    AskWho,
    Book,
    Cancel,
    Choose,
    Confirm,
    ConfirmBy,
    Deny,
    DontMind,
    Emergency,
    EveryVisit,
    FirstVisit,
    ForOther,
    GiveAddress,
    GiveBirthDate,
    GiveCard,
    GiveCode,
    GiveEmail,
    GiveMember,
    GiveName,
    GivePayer,
    GivePhone,
    GivePostcode,
    Goodbye,
    Greet,
    Heard,
    LeaveMessage,
    LeaveWaitlist,
    NameService,
    OptOut,
    Relation,
    Reschedule,
    RunningLate,
    SamePhone,
    Several,
    Shift,
    Stop,
    TellHealth,
    TellMinor,
    Unclear,
    Unsure,
    Wait,
    Waitlist,
    WhichTime,
    WishTime,
    WrongNumber,
    WrongPhone,
)
from frontdesk.dialogue.state import AGREEMENTS, FOR_PROOF, Ask
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.wish import Wish
from frontdesk.language import offers
from frontdesk.language.ages import minors_in
from frontdesk.language.beyond import beyond
from frontdesk.language.birth_dates import birth_dates_in
from frontdesk.language.cards import HIDDEN, cards_in
from frontdesk.language.context import Context
from frontdesk.language.courses import course_in
from frontdesk.language.danger import Standing, danger_in
from frontdesk.language.details.addresses import addresses_in
from frontdesk.language.details.emails import emails_in, slip_of
from frontdesk.language.details.members import members_in
from frontdesk.language.details.phones import phones_in
from frontdesk.language.details.postcodes import postcodes_in
from frontdesk.language.intents import Intent, intents_in, late_by, people_in
from frontdesk.language.knowledge import TOLD_OF, asks_of_practice, fact_asked, leading_off, questions_in
from frontdesk.language.known_words import known_words
from frontdesk.language.languages import language_of
from frontdesk.language.names import ASKED_FOR_NAME, full_name_in, letters_in, name_alone_in, name_in
from frontdesk.language.opening import day_meant
from frontdesk.language.payers import payers_in
from frontdesk.language.script import BARRIER, Script, Span, folded, script, without
from frontdesk.language.services import (
    Named,
    chosen_among,
    practitioner_in,
    service_words,
    services_in,
    somebody_asked_about,
    telling_words,
    work_asked_about,
)
from frontdesk.language.shifts import shift_in
from frontdesk.language.spoken import weighed_against_all
from frontdesk.language.standing import Wanted, own_times, standing_in
from frontdesk.language.timeline.told import DAY_FIRST
from frontdesk.language.times import Timed, time_in
from frontdesk.language.vocabulary import LANGUAGES, phrases, vocabulary, words

INSURANCE = "insurance"
SURE = 0.97
CERTAIN = 0.9
LIKELY = 0.85
FORESEEN = timedelta(days=180)
"""So far ahead a practice is taken to know when it is closed."""
MOST_BETWEEN = 3
"""So many words after "move my" one of a service's is looked for: "move my tuesday laser session"."""
GUESSED = 0.6
"""Below this chance an emergency of which no rule met a sign is a guess."""
SHORTEST_MESSAGE = 3
"""Words of something to be passed on."""
MISSPELLED = 0.6
"""An address at a host that is one slip away from a well-known one."""

OUTRIGHT = ("first_visit", "been_before")
"""Words that say by themselves whether somebody has been here."""

_SERVICE_ASKED = frozenset({Ask.SERVICE, Ask.WHICH_SERVICE})
_SHIFTED_FROM = {Ask.TIME, Ask.MOVE_AGREED, Ask.AGREED, Ask.CANCEL_AGREED, Ask.REMINDED}
"""Questions after which "an hour later" is told from a time that was just spoken of."""
_NOTHING_ARRANGED = frozenset({None, Ask.HOW_CAN_I_HELP, Ask.SERVICE, Ask.WHETHER_TO_BOOK, Ask.REMINDED})
"""Where no visit is being arranged, what is said of one is said of one that stands."""
_VISIT_UNDER_WAY = frozenset(
    {Ask.WHICH_OFFER, Ask.NAME_AND_PHONE, Ask.NAME, Ask.PHONE, Ask.EMAIL, Ask.AGREED, Ask.WHAT_TO_CHANGE}
)
_BIRTH_DATE_ASKED = frozenset({Ask.WHO_ARE_YOU, Ask.BIRTH_DATE})
_MEMBER = re.compile(r"(?<![\w-])(?=[a-z-]*\d)[a-z\d][a-z\d-]{4,18}[a-z\d](?![\w-])")
"""What looks like a member id where one was asked for."""
_CLAUSE_ENDS = re.compile(r"[,.;!?\n]")
_TO_ANOTHER = re.compile(r"\b(?:to|until|al?|hasta|para)\b")
"""Inside a time, what leads on to the one that is wanted: "on Friday to Monday"."""
_CODE = re.compile(r"(?<!\w)\d(?:[ -]?\d){5}(?!\w)")
_DETAILS = (GiveName, GivePhone, GiveEmail, GiveBirthDate, GiveAddress, GivePostcode, GiveMember)
_SMALL_TALK = (Greet, DontMind, AskOther)


def understand(text: str, context: Context) -> list[Heard]:
    """Everything a message does, in the order of its words; one Unclear when it does nothing known.

    Spans count the characters of `text`. Times are wishes in the future, on the wall clock of
    `context.zone`; nothing here reads a clock.
    """
    read = _script(text, context)
    heard = weighed_against_all(_Listening(read, context).acts(), text, context)
    return heard or [Heard(act=Unclear(), span=(0, len(text)), confidence=LIKELY)]


def _script(text: str, context: Context) -> Script:
    if context.asked in ASKED_FOR_NAME:
        return script(text)
    services = service_words(context.practice)
    language = language_of(text, context.language)
    return script(text, mend=_mendable(services, language), keep=_known_words(services))


@lru_cache(maxsize=64)
def _mendable(services: frozenset[str], language: str) -> tuple[str, ...]:
    """What slips are mended to: the language's own words of weight, and the practice's services."""
    own = {word for line in vocabulary(language)["mend"] for word in line.split()}
    return tuple(sorted(own | services))


@lru_cache(maxsize=64)
def _known_words(services: frozenset[str]) -> frozenset[str]:
    return (words("keep") | words("not_names") | words("given_names") | words("small_words") | known_words()) - services


class _Listening:
    """One message being understood: each kind of meaning takes its words, the next reads the rest."""

    def __init__(self, read: Script, context: Context) -> None:
        self._read = read
        self._context = context
        self._heard: list[Heard] = []
        self._taken: list[Span] = []
        self._denied: list[Span] = []
        self._spoken_of: list[Span] = []
        self._moving = False
        self._own_times: list[Span] = []
        self._own_wish: Wish | None = None
        self._timed: dict[tuple[str, str, bool], Timed | None] = {}

    def acts(self) -> list[Heard]:
        """The acts in order."""
        self._hear_danger()
        self._hear_all_clear()
        self._hear_cards()
        self._hear_proof()
        self._hear_contact()
        self._hear_full_name()
        self._hear_course()
        self._hear_payers()
        self._hear_shift()
        self._hear_intents()
        self._hear_minors()
        self._hear_services()
        self._hear_each_visit()
        self._hear_who_somebody_is()
        self._hear_questions()
        if self._context.asked in ASKED_FOR_NAME:  # "April Summers" answers the question, it is no month
            self._hear_name()
            self._hear_time()
        else:
            self._hear_time()
            self._hear_name()
        self._hear_beyond()
        self._hear_history()
        self._nobody_else_comes()
        self._no_yes_in_passing()
        return _once(sorted(self._heard, key=lambda one: one.span))

    @property
    def _rest(self) -> str:
        return without(self._read.plain, self._taken)

    def _hear(
        self, act: Act, span: Span, confidence: float = SURE, *, take: bool = True, also: tuple[Act, ...] = ()
    ) -> None:
        confirm = None
        if isinstance(act, _DETAILS):
            confirm = ConfirmBy.NOTHING if confidence >= CERTAIN else ConfirmBy.READ_BACK
        heard = Heard(act=act, span=self._read.span(*span), confidence=confidence, confirm_by=confirm, also=also)
        self._heard.append(heard)
        if take:
            self._taken.append(span)

    def _has(self, *kinds: type) -> bool:
        return any(isinstance(one.act, kinds) for one in self._heard)

    def _hear_danger(self) -> None:
        alarm = danger_in(folded(self._read.written))
        if alarm is None:
            return
        if alarm.standing is Standing.DENIED:
            self._denied.append(alarm.span)
            return
        if alarm.chance < GUESSED and (self._takes_a_visit_out() or self._agrees_or_not()):
            return
        act: Act = Emergency(danger=alarm.danger) if alarm.standing is Standing.NOW else AskClinical()
        if alarm.standing is Standing.SPOKEN_OF:
            self._spoken_of.append(alarm.span)
        self._heard.append(
            Heard(act=act, span=alarm.span, confidence=SURE if alarm.standing is Standing.NOW else LIKELY)
        )

    def _hear_history(self) -> None:
        """What is only told of, long past, beside a visit that is wanted: it is passed on, and the visit arranged."""
        if self._has(Emergency):
            return
        written = self._read.written
        told = [one.span for one in self._heard if isinstance(one.act, AskClinical) and self._is_told(one)]
        told = [span for span in told if not _asks(written, span)]
        if not told:
            return
        of_it = [_sentence(written, span) for span in told if span in self._spoken_of]
        wanted = [
            one
            for one in self._heard
            if not (isinstance(one.act, NameService) and any(_overlap(one.span, span) for span in of_it))
        ]  # "a reaction to a peel years ago": no peel is wanted
        if not any(isinstance(one.act, NameService | Book | Cancel | Reschedule) for one in wanted):
            return
        self._heard = [
            replace(one, act=TellHealth()) if isinstance(one.act, AskClinical) and one.span in told else one
            for one in wanted
        ]

    def _is_told(self, one: Heard) -> bool:
        """Whether it is told of, and not asked about: what is long past, a medicine they take."""
        if one.span in self._spoken_of:
            return True
        plain = self._read.plain
        asks = "?" in plain or any(phrases("question").match(clause.strip()) for clause in re.split(r"[.!,;\n]", plain))
        sentence = folded(self._read.written[slice(*_sentence(self._read.written, one.span))])
        return not asks and phrases("health_facts").search(sentence) is not None

    def _takes_a_visit_out(self) -> bool:
        """Whether a visit is cancelled or moved in so many words: a guess at why is no emergency."""
        found = intents_in(self._read.plain, asked=self._context.asked)
        return any(
            isinstance(one.act, Cancel | Reschedule) or (isinstance(one.act, Stop) and self._says_cancel(one))
            for one in (*found, *self._visit_to_change(found))
        )

    def _agrees_or_not(self) -> bool:
        """Whether a visit that was read back is agreed to or not: "correct, I won't be there" is no farewell."""
        if self._context.asked not in AGREEMENTS:
            return False
        return any(
            isinstance(one.act, Affirm | Deny) for one in intents_in(self._read.plain, asked=self._context.asked)
        )

    def _hear_all_clear(self) -> None:
        """After an alarm: that it was none, or is over."""
        if not self._context.alarm or self._has(Emergency):
            return
        if (over := phrases("alarm_over").search(self._read.plain)) is not None:
            self._hear(AllClear(), over.span())

    def _hear_cards(self) -> None:
        """Numbers of cards, whole or as little as is kept of them."""
        page = self._context.practice.payment_page or None
        for span in (*cards_in(self._rest), *(match.span() for match in HIDDEN.finditer(self._rest))):
            self._hear(GiveCard(link=page), span)

    def _hear_full_name(self) -> None:
        """Asked for a name, a full one is heard before all else: "Nora Pell" wants no peel, "Will Cancel" is one."""
        if self._context.asked not in ASKED_FOR_NAME:
            return
        found = full_name_in(self._read, self._rest, services=telling_words(self._context.practice))
        if found is not None:
            self._hear(GiveName(given=found.given, family=found.family), found.span)

    def _hear_course(self) -> None:
        known = self._context.known.sessions
        wanted = course_in(self._rest, known=known, gap_asked=self._context.asked is Ask.GAP)
        if wanted is not None and not self._asks_price():
            self._hear(wanted.course, wanted.spans[0], LIKELY)
            self._taken += wanted.spans[1:]

    def _asks_price(self) -> bool:
        return fact_asked(self._rest) is not None

    def _hear_minors(self) -> None:
        """Ages below eighteen: what may be booked hangs on them. Said of a child, the visit is the child's."""
        for age in minors_in(folded(self._read.written)):
            if age.of_child and not self._has(ForOther):
                self._hear(ForOther(who=Relation.CHILD), age.span, CERTAIN, take=False)
            self._hear(TellMinor(years=age.years), age.span, CERTAIN)

    def _hear_payers(self) -> None:
        context = self._context
        if context.asked in ASKED_FOR_NAME:
            return
        asked_for = context.asked is Ask.PAYER
        for named in payers_in(self._rest, context.practice, asked_for=asked_for):
            if named.theirs:
                self._hear(GivePayer(payer=named.payer), named.span)
            if named.asked:
                self._hear(AskPayer(payer=named.payer, taken=named.taken), named.span)
        if context.asked is Ask.MEMBER and not self._has(GiveMember):
            for word in _MEMBER.finditer(self._rest):
                self._hear(GiveMember(member=word.group().upper().replace("-", "")), word.span(), LIKELY)

    def _hear_proof(self) -> None:
        """What proves who somebody is: before numbers and times, which it looks like."""
        asked = self._context.asked
        day_first = self._context.region in DAY_FIRST
        for born in birth_dates_in(
            self._rest, today=self._context.today, asked=asked in _BIRTH_DATE_ASKED, day_first=day_first
        ):
            self._hear(GiveBirthDate(born=born.on), born.span)
        if asked is Ask.CODE and (code := _CODE.search(self._rest)):
            self._hear(GiveCode(code=re.sub(r"\D", "", code.group())), code.span())

    def _hear_contact(self) -> None:
        for member in members_in(self._rest):
            self._hear(GiveMember(member=member.id), member.span)
        self._hear_address()
        asked = self._context.asked is Ask.EMAIL
        for email in emails_in(self._rest, asked=asked):
            meant = slip_of(email.address)
            sure = MISSPELLED if meant else SURE if email.typed or asked else LIKELY
            also = (GiveEmail(email=meant),) if meant else ()
            self._hear(GiveEmail(email=email.address), email.span, sure, also=also)
        for phone in phones_in(self._rest, caller=self._context.caller):
            self._hear(GivePhone(phone=phone.number), phone.span, phone.confidence)
        for code in postcodes_in(self._rest):
            self._hear(GivePostcode(postcode=code.code), code.span)

    def _hear_address(self) -> None:
        plain = without(folded(self._read.written), [self._read.span(*span) for span in self._taken])
        for placed in addresses_in(plain, self._read.written):
            one = placed.address
            act = GiveAddress(street=one.street, unit=one.unit, city=one.city, state=one.state, postcode=one.postcode)
            self._hear(act, self._read.found(*placed.span), SURE if one.is_whole and one.agrees else LIKELY)

    def _hear_shift(self) -> None:
        """How much later it should be: of a visit that is to be moved, or of the time that is spoken of."""
        context = self._context
        shifted = None if context.asked in ASKED_FOR_NAME | FOR_PROOF else shift_in(self._rest)
        if shifted is None:
            return
        under_way = bool(context.offered) or context.asked in _SHIFTED_FROM
        found = intents_in(self._rest, asked=context.asked)
        moving = any(isinstance(one.act, Reschedule) for one in (*found, *self._visit_to_change(found)))
        by_days = abs(shifted.by) >= timedelta(days=1)  # "a week later" than the day that was spoken of is a day
        if moving or (under_way and not by_days):
            self._hear(Shift(by=shifted.by), shifted.span, CERTAIN)
        if moving and not any(isinstance(one.act, Reschedule) for one in intents_in(self._rest, asked=context.asked)):
            self._hear(Reschedule(), shifted.span, LIKELY, take=False)

    def _hear_each_visit(self) -> None:
        """ "Cancel all my sessions", "my Botox and my lip filler": each is meant, not one of them."""
        if self._has(EveryVisit):
            return
        of_standing = self._has(Cancel, Reschedule, Confirm)
        if of_standing and (match := phrases("every_visit").search(self._read.plain)) is not None:
            self._hear(EveryVisit(), match.span(), CERTAIN, take=False)
            return
        named = [one for one in self._heard if isinstance(one.act, NameService)]
        for one, other in pairwise(named):
            between = folded(self._read.written[one.span[1] : other.span[0]])
            if phrases("joined_by").fullmatch(between.strip(" ,")):
                self._hear(EveryVisit(), self._read.found(*one.span), LIKELY, take=False)
                return

    def _hear_intents(self) -> None:
        found = intents_in(without(self._rest, letters_in(self._rest)), asked=self._context.asked)
        changed = self._visit_to_change(found)
        said_of_it = [one.span for one in changed]
        found = [
            one
            for one in found
            if not (isinstance(one.act, Book | Affirm) and any(_overlap(one.span, span) for span in said_of_it))
        ]  # "ya no puedo ir": neither a yes nor a wish to come
        found += changed
        timed = self._time(language_of(self._read.written, self._context.language), moving=False)
        said = [one for one in found if not (_is_time(one, timed) or self._is_an_offer(one) or self._is_supposed(one))]
        said = [one for one in said if not self._is_no_answer(one)]
        meant = [self._as_meant(one) for one in said]
        acts = _in_context(meant, self._context.asked, plain=self._read.plain)
        if self._has(GivePhone):
            acts = [one for one in acts if not isinstance(one.act, SamePhone)]
        if any(isinstance(one.act, AskFormBefore) for one in acts):  # "before I book anything"
            acts = [one for one in acts if not isinstance(one.act, Book)]
        if any(isinstance(one.act, Cancel | Reschedule) for one in acts):
            acts = [one for one in acts if not (isinstance(one.act, Book) and self._is_only_booking(one))]
        for one in acts:
            take = not isinstance(one.act, Book | Reschedule | Cancel | AskClinical)
            self._hear(one.act, one.span, one.confidence, take=take)
        if any(isinstance(one.act, OptOut) and self._is_cancel(one) for one in acts):
            self._hear(Cancel(), next(one.span for one in acts if isinstance(one.act, OptOut)), LIKELY)
        self._moving = self._has(Reschedule)

    def _visit_to_change(self, found: Sequence[Intent]) -> list[Intent]:
        """ "Change my facial": a visit that is named by its service is to be moved."""
        if any(isinstance(one.act, Reschedule | Cancel) or self._says_cancel(one) for one in found):
            return []
        services = telling_words(self._context.practice)
        for match in phrases("move_mine").finditer(self._rest):
            following = re.findall(r"[a-z0-9']+", self._rest[match.end() :])[:MOST_BETWEEN]
            if any(word in services for word in following):
                return [Intent(act=Reschedule(), span=match.span(), confidence=CERTAIN)]
        if self._context.asked not in _NOTHING_ARRANGED or self._context.offered:
            return []
        timed = self._time(language_of(self._read.written, self._context.language), moving=False)
        gone = phrases("cannot_come").search(self._rest)
        books = any(
            isinstance(one.act, Book) and not (gone is not None and _overlap(one.span, gone.span())) for one in found
        )
        standing = standing_in(self._rest, services, times=timed.spans if timed else (), books=books)
        if standing is None:
            return [] if books else self._not_kept(timed)
        if timed and len(standing.own) < len(timed.spans):  # beside the new time, the one it has is no wish
            self._own_times = list(standing.own)
        act: Act = Reschedule() if standing.wanted is Wanted.MOVED else Cancel()
        return [Intent(act=act, span=standing.span, confidence=LIKELY)]

    def _not_kept(self, timed: Timed | None) -> list[Intent]:
        """ "Not coming tomorrow", "I'm sick, can't come today": whoever says so of one day has a visit then."""
        gone, hindered = phrases("not_coming").search(self._rest), phrases("cannot_come").search(self._rest)
        found = gone or hindered
        if timed is None:  # of the only visit that was spoken of
            if found is None or not self._context.visit_stands:
                return []
            return [Intent(act=Cancel() if gone else Reschedule(), span=found.span(), confidence=LIKELY)]
        if not any(_one_day(wish) for wish in timed.readings):
            return []
        if found is None or services_in(self._rest, self._context.practice, asked=False):
            return []
        ends = _CLAUSE_ENDS.search(self._rest, found.end())
        own = [span for span in timed.spans if ends is not None and span[0] < ends.start()]
        self._own_times = own or list(timed.spans)  # "can't make Wednesday, can we do Thursday?": the other is a wish
        if not own or len(own) == len(timed.spans):
            self._own_wish = _day_of(timed.readings[0])
        act: Act = Cancel() if gone else Reschedule()
        return [Intent(act=act, span=found.span(), confidence=LIKELY)]

    def _is_of_the_list(self, one: Intent) -> bool:
        """Whether "take me off the list", of somebody who waits for a time, is said of that."""
        said = phrases("leave_waitlist").search(self._read.plain)
        return said is not None and _overlap(said.span(), one.span)

    def _is_cancel(self, one: Intent) -> bool:
        return self._read.plain[slice(*one.span)] == "cancel"

    def _says_cancel(self, one: Intent) -> bool:
        return "cancel" in self._read.plain[slice(*one.span)]

    def _is_only_booking(self, one: Intent) -> bool:
        """Whether "booking" is said of what stands: "cancel my booking"."""
        return "booking" in self._read.plain[slice(*one.span)]

    def _as_meant(self, one: Intent) -> Intent:
        """By itself "cancel" asks for no more texts (47 CFR 64.1200(a)(10)), unless a visit is spoken of."""
        if isinstance(one.act, OptOut) and self._is_cancel(one):
            act: Act = Cancel() if self._context.is_open else OptOut(or_visit=True)
            return Intent(act=act, span=one.span, confidence=one.confidence)
        if isinstance(one.act, OptOut) and self._context.waits and self._is_of_the_list(one):
            return Intent(act=LeaveWaitlist(), span=one.span, confidence=one.confidence)
        if isinstance(one.act, Stop) and self._says_cancel(one):
            return Intent(act=Cancel(), span=one.span, confidence=one.confidence)
        if isinstance(one.act, AskToPay):
            link = self._context.practice.payment_page or None
            return Intent(act=AskToPay(link=link), span=one.span, confidence=one.confidence)
        if isinstance(one.act, AskForm) and phrases("not_booked_yet").search(self._read.plain):
            return Intent(act=AskFormBefore(), span=one.span, confidence=one.confidence)
        if isinstance(one.act, WrongNumber) and self._context.asked in _VISIT_UNDER_WAY:
            return Intent(act=self._right_phone(), span=one.span, confidence=one.confidence)
        if isinstance(one.act, LeaveMessage) and not one.act.whole and self._goes_on_after(one):
            return Intent(act=LeaveMessage(whole=True), span=one.span, confidence=one.confidence)
        if isinstance(one.act, RunningLate):
            return Intent(act=RunningLate(by=late_by(self._read.plain)), span=one.span, confidence=one.confidence)
        if isinstance(one.act, Several):
            people = people_in(self._read.plain[slice(*one.span)])
            return Intent(act=Several(people=people), span=one.span, confidence=one.confidence)
        return one

    def _goes_on_after(self, one: Intent) -> bool:
        """Whether a sentence follows, or a colon: then the message to pass on is there already."""
        after = re.split(r"[.?!:\n]", self._read.plain[one.span[1] :], maxsplit=1)
        return len(after) > 1 and len(re.findall(r"\w+", after[1])) >= SHORTEST_MESSAGE

    def _right_phone(self) -> Act:
        """What a wrong number is while a visit is arranged: another one is to be called; its end may be said."""
        before = self._context.known.phone or self._context.caller
        ending = phrases("phone_ends").search(self._read.plain)
        figures = re.search(r"\d{1,4}(?!\d)", self._read.plain[ending.end() :]) if ending else None
        if before is None or figures is None:
            return WrongPhone()
        return GivePhone(phone=before[: -len(figures.group())] + figures.group())

    def _is_supposed(self, one: Intent) -> bool:
        """ "What if I cancel?" wants nothing cancelled; "do I have to put down a deposit?" wants none paid."""
        before = self._read.plain[: one.span[0]]
        if isinstance(one.act, AskToPay):
            return phrases("ask_whether_charged").search(self._read.plain) is not None
        if isinstance(one.act, AskOther):  # "my mom might come some other time": nobody asks for another time now
            return phrases("others_may").search(before) is not None
        if not isinstance(one.act, Cancel | Reschedule) and not (isinstance(one.act, Stop) and self._says_cancel(one)):
            return False
        asked = phrases("ask_cancel_fee").finditer(self._read.plain)
        return phrases("supposing").search(before) is not None or any(_overlap(one.span, at.span()) for at in asked)

    def _is_no_answer(self, one: Intent) -> bool:
        """ "How old do you have to be?": a word that would answer "have you been here?" stands in a question."""
        if self._context.asked is not Ask.FIRST_VISIT or not isinstance(one.act, FirstVisit):
            return False
        plain = self._read.plain
        outright = (found.span() for kind in OUTRIGHT for found in phrases(kind).finditer(plain))
        if any(start <= one.span[0] < end for start, end in outright):
            return False
        before = re.split(r"[.,!;?\n]", plain[: one.span[0]])[-1].lstrip()
        return phrases("question").match(before) is not None

    def _is_an_offer(self, one: Intent) -> bool:
        """Whether "the first time" is said of an offer."""
        said = self._read.plain[slice(*one.span)]
        return bool(self._context.offered) and isinstance(one.act, FirstVisit) and said.startswith("the first")

    def _hear_beyond(self) -> None:
        """What the rules' lists do not have, from examples; read as it was written, with the slips."""
        plain = folded(self._read.written)
        if self._denied and not self._heard:  # "no fever": what is left says neither yes nor no
            return
        taken = [self._read.span(*span) for span in self._taken if span[1] > span[0]]
        kept, added = beyond(plain, self._heard, [*self._denied, *taken], self._context)
        self._heard = kept
        if self._has(Deny):  # "no, don't cancel it"
            added = [one for one in added if not isinstance(one.act, Cancel | Affirm)]
        if self._has(AskFormBefore):  # "I haven't booked yet"
            added = [one for one in added if not isinstance(one.act, AskVisit | Book)]
        if self._has(SamePhone):  # "this number" is theirs
            added = [one for one in added if not isinstance(one.act, WrongNumber)]
        for one in _in_context(added, self._context.asked, plain=plain):
            self._heard.append(Heard(act=one.act, span=one.span, confidence=one.confidence))

    def _hear_services(self) -> None:
        asked = self._context.asked in _SERVICE_ASKED
        among = self._context.services_asked if self._context.asked is Ask.WHICH_SERVICE else ()
        if among and (chosen := chosen_among(self._rest, self._context.practice, among)):
            self._hear(NameService(services=chosen.services), chosen.span)
            return
        for named in self._services_meant(services_in(self._rest, self._context.practice, asked=asked)):
            self._hear(NameService(services=named.services), named.span, SURE if named.whole else LIKELY)

    def _services_meant(self, found: Sequence[Named]) -> list[Named]:
        """Without what is not wanted ("dermaplaning rather than the facial") or only told of ("after the laser")."""
        if len(found) < 2:
            return list(found)
        before = {one.span: self._read.plain[: one.span[0]] for one in found}
        beside = [one for one in found if phrases("rather_than").search(before[one.span])]
        if self._has(Reschedule):
            beside += [one for one in found if phrases("beside_visit").search(before[one.span])]
        self._taken += [one.span for one in beside]
        return [one for one in found if one not in beside] or list(found)

    def _hear_questions(self) -> None:
        acts_of_booking = (Book, Reschedule, Cancel, Emergency, AskClinical, OptOut, AskOther, DontMind)
        acts_wanted = (*acts_of_booking, Waitlist, LeaveWaitlist, LeaveMessage)
        timed = self._time(language_of(self._read.written, self._context.language), moving=False)
        if self._hear_whether_open(timed) or self._hear_who_works(timed):
            return
        shifts = [self._read.found(*one.span) for one in self._heard if isinstance(one.act, Shift)]
        plain = without(self._read.plain, [*shifts, *(timed.spans if timed else ())])
        if not asks_of_practice(plain) and self._hear_question_of_service():
            return
        of_visit = self._context.visit_stands or self._context.asked in {Ask.CANCEL_AGREED, Ask.REMINDED}
        for asked in questions_in(plain, self._context.practice, of_visit=of_visit):
            if asked.topic == INSURANCE and self._has(AskPayer):
                continue
            if asked.topic and self._has(Cancel) and not (asked.asks or asks_of_practice(plain[slice(*asked.span)])):
                continue  # "I have to cancel" asks for no policy
            if asked.topic and self._has(FirstVisit) and "?" not in plain[slice(*asked.span)]:
                continue  # "it would be my first visit" asks nothing
            if not asked.topic and not self._rest[slice(*asked.span)].strip(f" ?!.,¿¡{BARRIER}"):
                continue
            inside = [one for one in self._heard if _overlap(one.span, self._read.span(*asked.span))]
            if any(isinstance(one.act, acts_wanted) for one in inside) and not asked.topic:
                continue
            said_more = [one for one in inside if not isinstance(one.act, NameService | Greet | Affirm | Deny)]
            when = [span for span in timed.spans if _overlap(span, asked.span)] if timed else []
            wants_time = self._context.offered or when or practitioner_in(self._rest, self._context.practice)
            if asked.topic:
                about_booking = any(isinstance(one.act, Book | Reschedule | Cancel) for one in inside)
                sure = SURE if asks_of_practice(plain[slice(*asked.span)]) else LIKELY
                self._hear(AskAbout(topic=asked.topic), asked.span, sure, take=not about_booking)
            elif (offered := self._asks_whether_offered(asked.span, plain)) is not None:
                self._hear(AskAbout(topic="offered", service=offered), asked.span, LIKELY, take=False)
            elif not said_more and not wants_time:
                self._hear(AskAbout(topic=""), asked.span, 0.6)

    def _asks_whether_offered(self, span: Span, plain: str) -> ServiceId | None:
        """ "Do you guys do Botox?": the service that is asked about, where it is one of the practice's."""
        asked = phrases("ask_whether_offered").match(leading_off(plain[slice(*span)]))
        if asked is None or self._context.offered:
            return None
        said = self._read.span(*span)
        named = [one.act for one in self._heard if isinstance(one.act, NameService) and _overlap(one.span, said)]
        return named[0].services[0] if named else None

    def _hear_whether_open(self, timed: Timed | None) -> bool:
        """ "Are you open on Labor Day?": the day is asked about, and is no wish."""
        asked = phrases("ask_open_on").search(self._read.plain)
        if asked is None or self._has(Book, Reschedule, Cancel, NameService):
            return False
        place = self._context.practice.locations[0]
        day = day_meant(timed.readings if timed else (), self._read.plain, place, today=self._context.today)
        if day is None:
            return False
        if day - self._context.today > FORESEEN:
            span = asked.span()  # what closes it so far ahead nobody has entered yet
            self._hear(AskAbout(topic=""), span, LIKELY)
            self._taken += timed.spans if timed else ()
            return True
        hours = () if day in place.closures else place.hours.get(Weekday(day.weekday()), ())
        spans = [asked.span(), *(timed.spans if timed else ())]
        act = AskOpen(day=day, hours=tuple(hours), closed_for=place.closures.get(day, ""))
        self._hear(act, (min(spans)[0], max(span[1] for span in spans)))
        self._taken += spans
        return True

    def _hear_who_works(self, timed: Timed | None) -> bool:
        """ "Does Dr. Marsh work on June 17?": people answer it, and neither the day nor she is a wish."""
        if self._has(Book, Reschedule, Cancel, NameService):
            return False
        if (asked := work_asked_about(self._read.plain, self._context.practice)) is None:
            return False
        self._hear(AskAbout(topic=""), asked, LIKELY)
        self._taken += timed.spans if timed else ()
        return True

    def _nobody_else_comes(self) -> None:
        """ "Can I bring my baby along?" is a question; nobody is booked by it."""
        answered = any(isinstance(one.act, AskAbout) and one.act.topic for one in self._heard)
        brings = phrases("bring_along").search(self._read.plain)
        if brings is not None and not answered and not self._has(AskAbout):
            self._hear(AskAbout(topic=""), brings.span(), LIKELY)
            answered = True
        if answered and not self._has(Book, NameService, Reschedule, Cancel, GiveName):
            self._heard = [one for one in self._heard if not isinstance(one.act, ForOther)]

    def _no_yes_in_passing(self) -> None:
        """ "Ok bye", "ok, I'll think about it": whoever leaves has agreed to nothing by the ok that leads up to it."""
        asked = self._context.asked
        leaves = (Stop, Unsure, Wait, Deny) if asked is Ask.AGREED else (Stop, Unsure, Wait, Deny, Goodbye)
        if asked in AGREEMENTS and self._has(*leaves):
            self._heard = [one for one in self._heard if not (isinstance(one.act, Affirm) and self._is_weak_yes(one))]

    def _is_weak_yes(self, one: Heard) -> bool:
        return phrases("weak_yes").fullmatch(self._said(one).strip(" .,!")) is not None

    def _hear_question_of_service(self) -> bool:
        """Whether it is asked what a service costs, how long it takes, what it is: the practice's document says so."""
        context = self._context
        fact = fact_asked(self._read.plain)
        if fact is None:
            return False
        named = {service for one in self._heard if isinstance(one.act, NameService) for service in one.act.services}
        one = named.pop() if len(named) == 1 else context.known.service if not named else None
        topic, span = fact
        if one is None or not TOLD_OF[topic](context.practice.service(one)):
            return False
        if topic == "about" and not self._has(NameService):
            return False
        self._hear(AskAbout(topic=topic, service=one), span, LIKELY)
        return True

    def _hear_time(self) -> None:
        context = self._context
        if context.asked in FOR_PROOF:  # dates and figures there are no wishes
            return
        if context.asked in _NOTHING_ARRANGED and self._asks_for_papers() and not self._has(Book, Reschedule):
            return  # "a receipt for my visit in April" asks for no visit in April
        self._taken += self._own_times
        if self._own_wish is not None:
            self._hear(WishTime(wish=self._own_wish, of_visit=True), self._own_times[0], LIKELY, take=False)
        by_person = offers.by_practitioner(self._rest, context) if context.offered else None
        person = practitioner_in(self._rest, context.practice)
        language = language_of(self._read.written, context.language)
        timed = self._time(language, moving=self._moving)
        if timed and self._moving and (own := self._own_beside_others(timed)):
            self._taken += own
            timed = self._time(language, moving=True)
        if context.offered and not self._has(AskOther, Reschedule) and self._choose(timed, by_person):
            return
        if context.asked is Ask.WHICH_READING and not timed:
            return
        if timed and self._has(Shift) and not any(_names_days(wish) for wish in timed.readings):
            self._taken += timed.spans  # "half an hour later, so at 12:30" says it twice
        elif timed:
            readings = tuple(_with_practitioner(wish, person) for wish in timed.readings)
            of_visit = self._moving and self._is_own(timed)
            act: Act = WishTime(wish=readings[0], of_visit=of_visit)
            if len(readings) > 1 and not of_visit:
                act = WhichTime(readings=readings)
            self._hear(act, timed.span, SURE if len(readings) == 1 else LIKELY, take=False)
            self._taken += timed.spans
        elif person:
            self._hear(WishTime(wish=Wish(practitioner=person[0])), person[1], LIKELY)
        if person:
            self._taken.append(person[1])

    def _hear_who_somebody_is(self) -> None:
        """ "Wait, who is Dana?" asks, and wishes for nobody."""
        if (asked := somebody_asked_about(self._rest, self._context.practice)) is None:
            return
        person, span = asked
        said = self._read.span(*span)
        self._heard = [one for one in self._heard if one.act != AskAbout(topic="") or not _overlap(one.span, said)]
        self._hear(AskWho(practitioner=person), span)

    def _asks_for_papers(self) -> bool:
        return any(
            one.act == AskAbout(topic="") and phrases("ask_papers").search(self._said(one)) for one in self._heard
        )

    def _said(self, one: Heard) -> str:
        return folded(self._read.written[slice(*one.span)])

    def _own_beside_others(self, timed: Timed) -> list[Span]:
        """The times that a visit has, where others are said as well: "I have Botox Thursday, can I come Friday?"."""
        own = own_times(self._read.plain, telling_words(self._context.practice), timed.spans)
        return list(own) if len(own) < len(timed.spans) else []

    def _is_own(self, timed: Timed) -> bool:
        """Whether the only time that is said is the one the visit has: "move my peel on Friday"."""
        own = own_times(self._read.plain, telling_words(self._context.practice), timed.spans)
        to_another = any(_TO_ANOTHER.search(self._read.plain[slice(*span)]) for span in timed.spans)
        return set(own) >= set(timed.spans) and not to_another

    def _choose(self, timed: Timed | None, by_person: offers.Taken | None) -> bool:
        context = self._context
        person = practitioner_in(self._rest, context.practice)
        if person and all(slot.practitioner != person[0] for slot in context.offered):
            return False  # "Monday with Dana", where both are with Kim
        by_place = offers.by_place(self._rest, context)
        fitting = offers.by_time(timed.readings, context) if timed else ()
        by_number = timed and by_place and _overlap(timed.span, by_place.span)
        if fitting and by_number:  # "el 1 de junio a las 4:15": the 1 is no first one
            by_place = None
        if timed and not fitting and not by_number and any(not wish.is_open for wish in timed.readings):
            return False
        spans = list(timed.spans) if timed and fitting else []
        places = fitting or tuple(range(len(context.offered)))
        by_service = offers.by_service(self._read.plain, context) if context.asked is Ask.WHICH_VISIT else None
        for named in (by_place, by_person, by_service):
            if named:
                places = tuple(place for place in places if place in named.places) or named.places
                spans.append(named.span)
        if not spans:
            return False
        self._hear(Choose(offers=places), (min(spans)[0], max(spans)[1]), take=False)
        self._taken += spans
        return True

    def _time(self, language: str, *, moving: bool) -> Timed | None:
        rest = self._rest
        asked = (rest, language, moving)
        if asked not in self._timed:  # nothing was taken since the last look
            self._timed[asked] = self._time_in(rest, language, moving=moving)
        return self._timed[asked]

    def _time_in(self, rest: str, language: str, *, moving: bool) -> Timed | None:
        timed = self._any_time_in(rest, language, moving=moving)
        before = {span: phrases("event_before").search(rest[: span[0]]) for span in timed.spans} if timed else {}
        of_events = [(event.start(), span[1]) for span, event in before.items() if event is not None]
        if not of_events:
            return timed
        self._taken += of_events
        return self._any_time_in(without(rest, of_events), language, moving=moving)

    def _any_time_in(self, rest: str, language: str, *, moving: bool) -> Timed | None:
        for one in (language, *(other for other in LANGUAGES if other != language)):
            if timed := time_in(rest, self._context, language=one, moving=moving):
                return timed if timed.readings else None
        return None

    def _taken_but_for_whom(self) -> list[Span]:
        """What is understood already, less the words for who comes: their name stands beside them."""
        whom = [one.span for one in self._heard if isinstance(one.act, ForOther)]
        return [span for span in self._taken if self._read.span(*span) not in whom]

    def _hear_name(self) -> None:
        if self._has(GiveName):
            return
        contact = [span for span in self._taken if _is_contact(self._read, span, self._heard)]
        for_other = self._has(ForOther)
        plain = without(self._read.plain, self._taken_but_for_whom()) if for_other else self._rest
        found = name_in(
            self._read,
            plain,
            for_other=for_other,
            asked=self._context.asked,
            contact=contact,
            known_given=self._context.known.given,
        )
        if found is None and not self._heard:
            found = name_alone_in(self._read, self._rest, services=telling_words(self._context.practice))
        if found:
            self._hear(GiveName(given=found.given, family=found.family), found.span, SURE if found.family else LIKELY)


def _once(heard: Sequence[Heard]) -> list[Heard]:
    """The same acts without repeats: "perfect, book it" says yes once."""
    kept: list[Heard] = []
    for one in heard:
        if not any(one.act == other.act for other in kept):
            kept.append(one)
    return kept


def _day_of(wish: Wish) -> Wish | None:
    """The day that is named, whether it is wanted or not: "I can't do July 14"."""
    days = [one for one in (*wish.windows, *wish.excluded) if one.first is not None and one.first == one.last]
    return Wish(windows=tuple(days[:1])) if days else None


def _names_days(wish: Wish) -> bool:
    return any(window.names_days for window in wish.windows)


def _one_day(wish: Wish) -> bool:
    """Whether one day is named, wanted or not."""
    return any(window.first is not None and window.first == window.last for window in (*wish.windows, *wish.excluded))


def _in_context(found: Sequence[Intent], asked: Ask | None, *, plain: str) -> list[Intent]:
    """What the words mean as an answer to what was asked; what was said outright counts before yes and no."""
    outright = any(isinstance(one.act, FirstVisit) for one in found)
    told: list[Intent] = []
    for one in found:
        act: Act = one.act
        if asked is Ask.FIRST_VISIT and isinstance(act, Affirm | Deny):
            if outright:
                continue
            act = FirstVisit(first=isinstance(act, Deny))
        elif asked in _VISIT_UNDER_WAY and isinstance(act, Reschedule):
            act = AskOther()  # the visit that is being arranged, not one that stands
        elif asked is Ask.AGREED and isinstance(act, Cancel):
            act = Deny()
        elif asked is Ask.MOVE_AGREED and isinstance(act, Reschedule):
            act = Affirm()  # "yes, change it"
        elif asked is Ask.CANCEL_AGREED and isinstance(act, Stop):
            act = Cancel() if "cancel" in plain[slice(*one.span)] else Deny()  # "please cancel it", "leave it then"
        told.append(Intent(act=act, span=one.span, confidence=one.confidence))
    return told


def _is_time(one: Intent, timed: Timed | None) -> bool:
    """Whether the words only say when: "any time after three", "no wait, Wednesday"."""
    if timed is None or not isinstance(one.act, (*_SMALL_TALK, Deny, Wait, FirstVisit)):
        return False
    if isinstance(one.act, DontMind):
        return any(not wish.is_open for wish in timed.readings)
    if isinstance(one.act, Greet | AskOther | FirstVisit):
        return False
    first, last = timed.span
    return first <= one.span[0] and one.span[1] <= last


def _is_contact(read: Script, span: Span, heard: Sequence[Heard]) -> bool:
    return any(
        isinstance(one.act, GivePhone | GiveEmail | GiveBirthDate) and one.span == read.span(*span) for one in heard
    )


_END = re.compile(
    r"[.!?\n;]|,(?= (?:but |so |and )?"
    r"(?:i'd|i would|i want|i need|can|could|may|please|quiero|quisiera|me gustaria)\b)",
    re.I,
)
"""Where a sentence ends, or goes over to what is wanted."""


def _asks(text: str, span: Span) -> bool:
    """Whether the sentence around that place is a question."""
    end = _END.search(text, span[1])
    return end is not None and end.group() == "?"


def _sentence(text: str, span: Span) -> Span:
    """The sentence around that place."""
    before = [match.end() for match in _END.finditer(text, 0, span[0])]
    end = _END.search(text, span[1])
    return (before[-1] if before else 0), (end.start() if end else len(text))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _with_practitioner(wish: Wish, person: tuple[object, Span] | None) -> Wish:
    if person is None:
        return wish
    return Wish(windows=wish.windows, excluded=wish.excluded, practitioner=person[0])  # type: ignore[arg-type]
