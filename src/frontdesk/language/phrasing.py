"""Facts in, words out: what the policy wants said, in the patient's language and the channel's style."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from frontdesk.dialogue import says as to_say
from frontdesk.dialogue.acts import ConfirmBy, Danger, Relation
from frontdesk.dialogue.coverage import next_opening
from frontdesk.dialogue.effects import Reason
from frontdesk.dialogue.says import Say
from frontdesk.dialogue.state import Ask
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.ids import AppointmentId, PractitionerId, ServiceId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.language import heard_back
from frontdesk.language.catalogue import Catalogue, catalogue
from frontdesk.language.details.phones import as_spoken
from frontdesk.language.moments import Calendar, clock
from frontdesk.language.people_here import has_days, who_does, works_on
from frontdesk.language.reminding import aftercare, come_again, reminder, reminder_aloud

_PERSON_COMES = {
    Reason.CLINICAL: "person_clinical",
    Reason.HISTORY: "person_history",
    Reason.CHANGE: "person_change",
    Reason.NOT_UNDERSTOOD: "person_not_understood",
    Reason.UNANSWERED: "person_unanswered",
    Reason.LATE: "person_late",
    Reason.HERE: "person_here",
    Reason.COMPLAINT: "person_complaint",
    Reason.COVERAGE: "person_coverage",
    Reason.PAYMENT: "person_payment",
    Reason.OWN_DATA: "person_own_data",
    Reason.DELETION: "person_deletion",
    Reason.MESSAGE: "person_message",
    Reason.PRAISE: "person_praise",
    Reason.WRONG_NUMBER: "person_wrong_number",
    Reason.HELD_BACK: "person_held_back",
}
_NO_ANSWER_DUE = frozenset({Reason.HISTORY, Reason.PRAISE})
"""What people are told and nobody waits for an answer to."""
LATE_CHANGES = "cancellation policy"
"""The topic under which a practice says what a late change costs."""
LATE_ARRIVALS = "late arrival"
"""The topic under which it says how long somebody who is late is still seen."""
INSURANCE = "insurance"
"""The topic under which it says what it takes."""
_EMERGENCY = {
    Danger.MEDICAL: "emergency_medical",
    Danger.AFTER_TREATMENT: "emergency_after_treatment",
    Danger.SELF_HARM: "emergency_self_harm",
    Danger.DENTAL: "emergency_dental",
}
_EMERGENCY_AGAIN = {
    Danger.MEDICAL: "emergency_again",
    Danger.AFTER_TREATMENT: "emergency_again",
    Danger.SELF_HARM: "emergency_again_self_harm",
    Danger.DENTAL: "emergency_again_dental",
}
_TELL_THE_OFFICE = frozenset({"emergency_after_treatment", "emergency_dental", "emergency_again_dental"})
_WHY_ASKED = {
    Ask.EMAIL: "why_email",
    Ask.PHONE: "why_phone",
    Ask.NAME: "why_phone",
    Ask.NAME_AND_PHONE: "why_phone",
    Ask.BIRTH_DATE: "why_birth_date",
    Ask.WHO_ARE_YOU: "why_birth_date",
}
_YES_OR_NO: Mapping[type[Say], tuple[str, str]] = {
    to_say.ReadBackHeard: ("button_right", "button_wrong"),
    to_say.ReadBackMove: ("button_move_it", "button_keep_it"),
    to_say.ReadBackCancel: ("button_cancel_it", "button_keep_it"),
    to_say.ReadBackCancelAll: ("button_cancel_them", "button_keep_them"),
}
_ASK_BIRTH_DATE = {None: "ask_birth_date", Relation.CHILD: "ask_birth_date_child"}
_PLACES = ("first", "second", "third")
"""Times that are told apart by their place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a reply may be made of. `now` is UTC, `zone` the location's, `language` "en" or "es".

    `disclosed` are keys of the catalogue that a greeting adds, where a law wants more said of who answers. `names`
    are those who come to visits of several people.
    """

    practice: Practice
    zone: ZoneInfo
    language: str
    channel: ChannelKind
    now: datetime
    disclosed: tuple[str, ...] = ()
    names: Mapping[AppointmentId, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The words, and quick replies a web chat shows as buttons; other channels have none."""

    text: str
    buttons: tuple[str, ...] = ()


def phrase(says: Sequence[Say], facts: Facts) -> Reply:
    """One message that says all of it in order. A link stands on a line of its own.

    Raises: KeyError when a fact names a service, practitioner, location or topic the practice does not have.
    """
    words = _Words(facts)
    text = ""
    for said in (words.text(say) for say in says):
        last_line = text.rsplit("\n", 1)[-1]
        text += ("\n" if "://" in last_line else " ") + said if text else said
    buttons = words.buttons(says[-1]) if says and facts.channel is ChannelKind.WEBCHAT else ()
    return Reply(text=text, buttons=buttons)


def instead(says: Sequence[Say], language: str) -> Reply:
    """What is said where a reply is held back: what to do in an emergency, else that a person will answer.

    Nothing is filled in, so that nothing in it can be wrong.
    """
    dangers = {say.danger for say in says if isinstance(say, to_say.SayEmergency)}
    key = "emergency_medical" if dangers else "person_held_back"
    return Reply(text=catalogue(language).say("emergency_self_harm" if Danger.SELF_HARM in dangers else key))


class _Words:
    """The words for each thing to say, from one set of facts."""

    def __init__(self, facts: Facts) -> None:
        self._practice = facts.practice
        self._language = facts.language
        self._told: Catalogue = catalogue(facts.language)
        self._in_chat = facts.channel is ChannelKind.WEBCHAT
        self._aloud = facts.channel is ChannelKind.VOICE
        self._calendar = Calendar(told=self._told, zone=facts.zone, now=facts.now)
        self._zone = facts.zone
        self._now = facts.now
        self._disclosed = facts.disclosed
        self._names = facts.names

    def _hello(self) -> str:
        practice = self._practice
        fills = {"assistant": practice.assistant, "practice": practice.name}
        phone = as_spoken(practice.locations[0].phone)
        hello = self._told.say("hello", **fills)
        return " ".join([hello, *(self._told.say(key, **fills, phone=phone) for key in self._disclosed)])

    def text(self, say: Say) -> str:  # noqa: C901  # one case for each thing that can be said
        """What is said, as text."""
        told, practice = self._told.say, self._practice
        match say:
            case to_say.SayHello():
                return self._hello()
            case to_say.SayAutomated():
                return told("automated", assistant=practice.assistant, practice=practice.name)
            case to_say.AskHowToHelp(more=True):
                return told("ask_anything_else")
            case to_say.AskHowToHelp():
                return told("ask_how_to_help")
            case to_say.AskService():
                return self._ask_service(say)
            case to_say.AskFirstVisit():
                key = "ask_first_visit_other" if say.other else "ask_first_visit"
                return told(key, service=self._service(say.service), practice=practice.name)
            case to_say.AskTime():
                return told("ask_time")
            case to_say.AskReading():
                readings = [self._calendar.wish(reading) for reading in say.readings]
                return told("ask_reading", readings=self._told.either(readings))
            case to_say.OfferSlots():
                return self._offer(say)
            case to_say.AskWhichOffer():
                return self._ask_which_offer(say)
            case to_say.SayNothingFree():
                return told("nothing_free")
            case to_say.SayNotAtThatAge():
                return self._not_at_that_age(say)
            case to_say.SayInTurn():
                return told("in_turn")
            case to_say.SayForOne():
                return told("for_one", who=self._company(say.company))
            case to_say.SayBirthDateKept():
                return told("birth_date_kept")
            case to_say.SayOnTheList():
                return told("on_the_list")
            case to_say.SayNextPerson() if say.given:
                return told("next_person_named", given=say.given)
            case to_say.SayNextPerson():
                return told("next_person" if say.left == 1 else "next_person_of_several")
            case to_say.SayServiceNow():
                key = {None: "service_now", True: "service_first", False: "service_next"}[say.first]
                return told(key, service=self._service(say.service))
            case to_say.SayTaken():
                return told("taken", when=self._when(say.slot))
            case to_say.SayHolding():
                return told("holding", when=self._when(say.slot), who=self._who(say.slot.practitioner))
            case to_say.AskNameAndPhone():
                return self._ask_name_and_phone(say)
            case to_say.AskName():
                return self._ask_name(say)
            case to_say.AskPhone():
                return told("ask_phone")
            case to_say.AskEmail():
                return told("ask_email")
            case to_say.ReadBack():
                return self._read_back(say)
            case to_say.AskWhatToChange():
                return told("ask_what_to_change")
            case to_say.SayBooked():
                return self._booked(say)
            case to_say.SayEntered():
                return self._entered(say.slot)
            case to_say.SayVisitMoved():
                who = self._who(say.practitioner) if say.practitioner else practice.name
                when = self._calendar.moment(say.start)
                return told("visit_moved", practice=practice.name, when=when, who=who, phone=self._office())
            case to_say.SayVisitCancelled():
                when = self._calendar.moment(say.start)
                return told("visit_cancelled", practice=practice.name, when=when, phone=self._office())
            case to_say.SayVisitsCancelled():
                whens = self._told.all_of([self._calendar.moment(start) for start in say.starts])
                return told("visits_cancelled", practice=practice.name, whens=whens, phone=self._office())
            case to_say.SayAlreadyBooked():
                return told("already_requested" if say.requested else "already_booked")
            case to_say.SayNotBooked():
                return told("not_booked")
            case to_say.AskWhoYouAre():
                key = "ask_who_they_are" if say.other else "ask_who_you_are"
                return told(f"{key}_texting" if say.texting else key)
            case to_say.AskBirthDate(who=None, for_file=True):
                return told("ask_birth_date_file")
            case to_say.AskBirthDate():
                return told(_ASK_BIRTH_DATE.get(say.who, "ask_birth_date_other"))
            case to_say.AskPhoneOnFile():
                return told("ask_phone_on_file")
            case to_say.AskCodeWanted():
                return told("ask_code_wanted")
            case to_say.AskCode():
                return told("ask_code")
            case to_say.AskCodeAgain():
                return told("ask_code_again")
            case to_say.AskWhichVisit():
                return told("ask_which_visit", visits=self._told.either([self._visit(visit) for visit in say.visits]))
            case to_say.SayVisits():
                return self._visits(say)
            case to_say.SayNextVisit():
                return told("next_visit", visit=self._visit(say.visit))
            case to_say.SayFormWithVisit():
                return told("form_with_visit")
            case to_say.SayWho():
                return self._who_that_is(say)
            case to_say.AskOtherVisit():
                return told("ask_other_visit", visits="; ".join(self._visit(visit) for visit in say.visits))
            case to_say.AskNewTime():
                return told("ask_new_time", visit=self._visit(say.visit))
            case to_say.ReadBackMove():
                fills = {"when": self._when(say.slot), "who": self._who(say.slot.practitioner)}
                return self._with_notice(say.visit, told("read_back_move", visit=self._visit(say.visit), **fills))
            case to_say.ReadBackCancel():
                return self._with_notice(say.visit, told("read_back_cancel", visit=self._visit(say.visit)))
            case to_say.ReadBackCancelAll():
                visits = self._told.all_of([self._visit(visit) for visit in say.visits])
                return self._with_notice(say.visits[0], told("read_back_cancel_all", visits=visits))
            case to_say.SayVisitKept():
                return told("visit_kept")
            case to_say.SayEmergency():
                return self._emergency(say)
            case to_say.SayOthersVisit():
                return told("others_visit", phone=as_spoken(practice.locations[0].phone))
            case to_say.SayIsCancelled():
                return told("is_cancelled")
            case to_say.SayWaitsForYes():
                return told("waits_for_yes")
            case to_say.SayNotYet():
                return told("not_yet")
            case to_say.SayAllClear():
                return told("all_clear")
            case to_say.SayWhyAsked():
                return told(_WHY_ASKED[say.asked])
            case to_say.SayAlerted():
                return told("alerted")
            case to_say.SayPersonComes():
                return self._person_comes(say)
            case to_say.SayNobodyFree():
                return self._told.say("nobody_free", when=self._calendar.moment(say.by))
            case to_say.SayMissedEachOther():
                return self._told.say("missed_each_other", when=self._calendar.moment(say.by))
            case to_say.SayCallGoesOn():
                return self._call_goes_on(say)
            case to_say.SayAnswer():
                return self._answer(say.topic)
            case to_say.SayOptedOut():
                return told("opted_out_or_visit" if say.or_visit else "opted_out", practice=practice.name)
            case to_say.SayStillWaits():
                return self._still_waits()
            case to_say.SayHelp():
                return told("help", practice=practice.name, phone=self._office())
            case to_say.SayOptedIn():
                return told("opted_in", practice=practice.name)
            case to_say.SayNotUnderstood():
                return told("not_understood")
            case to_say.SayTrouble():
                return told("trouble", phone=self._office())
            case to_say.SayWelcome():
                return told("welcome")
            case to_say.SayCheckEmail():
                return told("check_email", email=say.email, likely=say.likely)
            case to_say.SayAnotherWay():
                return told("take_by_keypad" if say.by is ConfirmBy.KEYPAD else "take_by_spelling")
            case to_say.ReadBackHeard():
                back = heard_back.read_back_in_chat if self._in_chat else heard_back.read_back
                return back(say, self._told)
            case to_say.AskAnotherWay():
                ask = heard_back.ask_another_way_in_chat if self._in_chat else heard_back.ask_another_way
                return ask(say, self._told)
            case to_say.AskLinkWanted():
                return heard_back.ask_link_wanted(say, self._told)
            case to_say.SayTypingLink():
                return heard_back.typing_link(say, self._told)
            case to_say.SayForTheForm():
                return told("for_the_form")
            case to_say.SayOfService():
                return self._of_service(say)
            case to_say.AskWhetherToBook():
                return told("ask_whether_to_book")
            case to_say.AskGap():
                return told("ask_gap", visits=str(say.visits))
            case to_say.SayPlan():
                return told("plan", **self._course(say.plan))
            case to_say.SayNoPlan():
                return told("no_plan", visits=str(say.visits))
            case to_say.ReadBackCourse():
                return self._read_back_course(say)
            case to_say.SayCourseBooked():
                where = self._practice.location(say.plan[0].location).address
                key = "course_requested" if say.requested else "course_booked"
                stands = told(key, **self._course(say.plan), practice=practice.name, address=where)
                return " ".join((stands, *self._sent_with(say.email, say.intake)))
            case to_say.SayOnWaitlist():
                return self._on_waitlist(say)
            case to_say.SayOpening():
                fills = {"when": self._when(say.slot), "who": self._who(say.slot.practitioner)}
                until = self._calendar.moment(say.until)
                service = self._service(say.slot.service)
                words = told("waitlist_offer", practice=practice.name, service=service, until=until, **fills)
                return f"{words}\n{told('waitlist_offer_link', link=say.link)}" if say.link else words
            case to_say.SayOpeningToAll():
                fills = {"when": self._when(say.slot), "who": self._who(say.slot.practitioner)}
                words = told("waitlist_first", practice=practice.name, service=self._service(say.slot.service), **fills)
                return f"{words}\n{told('waitlist_offer_link', link=say.link)}" if say.link else words
            case to_say.AskOpening():
                return told("waitlist_first_again", when=self._when(say.slot))
            case to_say.SayOpeningGone():
                return told("waitlist_gone", when=self._when(say.slot))
            case to_say.SayReminder() if self._aloud:
                return reminder_aloud(practice, say.visits, names=say.names, language=self._language, now=self._now)
            case to_say.AskRightPerson():
                return told("call_only_for_them" if say.why else "call_ask_right_person", given=say.given)
            case to_say.SayNotThem():
                return told("call_not_them", practice=practice.name, phone=self._office())
            case to_say.SayCallsEnded():
                return told("call_calls_ended", practice=practice.name)
            case to_say.SayChangedSince():
                return told("call_changed_since", practice=practice.name)
            case to_say.SayReminder():
                return reminder(
                    practice,
                    say.visits,
                    names=say.names,
                    wording=say.wording,
                    form=say.form,
                    prepare=say.prepare,
                    language=self._language,
                    now=self._now,
                )
            case to_say.SayAftercare():
                return aftercare(practice, say.visit, language=self._language)
            case to_say.AskToComeAgain():
                return come_again(practice, say.service, language=self._language)
            case to_say.SayOffersEnded():
                return told("offers_ended", practice=practice.name)
            case to_say.SayStillWaiting():
                return told("still_waiting")
            case to_say.SayOffWaitlist():
                return told("off_waitlist" if say.count else "on_no_waitlist")
            case to_say.SayConfirmed():
                return told("visit_confirmed", visit=self._told.all_of([self._visit(visit) for visit in say.visits]))
            case to_say.SayFormWaits():
                return told("form_waits", visit=self._visit(say.visit), link=say.link)
            case to_say.SayFormIsIn():
                return told("form_is_in", visit=self._visit(say.visit))
            case to_say.AskPayerName():
                return told("ask_payer")
            case to_say.AskMember():
                return told("ask_member", payer=say.payer) if say.payer else told("ask_member_only")
            case to_say.SayCoverageKept():
                return self._coverage_kept(say)
            case to_say.SayPayer():
                return self._payer(say)
            case to_say.SayOpen():
                return self._open(say)
            case to_say.SayPayHere():
                return told("pay_here", link=say.link)
            case to_say.SayNoCards():
                return told("no_cards_but_here", link=say.link) if say.link else told("no_cards")
            case to_say.AskMessage():
                return told("ask_message")
            case to_say.SayOffTopic():
                return told("off_topic", practice=practice.name)
            case to_say.SayHelpUnderWay():
                return told("help_under_way", phone=self._office())
            case to_say.SaySorry():
                return told("sorry")
            case to_say.SayTakenIn():
                return told("taken_in")
            case to_say.SayTakeYourTime():
                return told("take_your_time")
            case to_say.SayGoodbye():
                return told("goodbye")
            case other:
                assert_never(other)

    def buttons(self, say: Say) -> tuple[str, ...]:
        """Quick replies to what is asked, in words the desk understands; () where none helps."""
        told = self._told.say
        match say:
            case to_say.AskHowToHelp():
                return told("button_book"), told("button_person")
            case to_say.AskService(among=among):
                return tuple(self._service(id) for id in among)
            case to_say.AskFirstVisit():
                return told("button_first_visit"), told("button_been_before")
            case to_say.OfferSlots(slots=slots) | to_say.AskWhichOffer(slots=slots):
                return tuple(self._when(slot) for slot in slots)
            case to_say.AskReading():
                return tuple(self._calendar.wish(reading) for reading in say.readings)
            case to_say.AskEmail():
                return (told("button_no_email"),)
            case to_say.SayNothingFree() | to_say.SayNoPlan():
                return (told("button_waitlist"),)
            case to_say.AskWhetherToBook():
                return told("button_book"), told("button_no_thanks")
            case to_say.AskMember():
                return (told("button_no_member"),)
            case to_say.ReadBack() | to_say.ReadBackCourse():
                return told("button_yes"), told("button_change")
            case to_say.SayOpening() | to_say.SayOpeningToAll() | to_say.AskOpening():
                return told("button_yes"), told("button_no_thanks")
            case to_say.AskCodeWanted():
                return told("button_send_code"), told("button_call_me")
            case to_say.AskWhichVisit(visits=visits) | to_say.AskOtherVisit(visits=visits):
                names = tuple(self._names[visit.id] for visit in visits if visit.id in self._names)
                if len(set(names)) == len(visits):
                    return names
                return tuple(self._calendar.moment(visit.during.start) for visit in visits)
            case _:
                return tuple(told(key) for key in _YES_OR_NO.get(type(say), ()))

    def _with_notice(self, visit: Appointment, question: str) -> str:
        """The question whether to change a visit; where it is late for that, first what the practice says of it."""
        notice = self._practice.policies.change_notice
        if visit.during.start - self._now >= notice:
            return question
        late = self._told.say("late_notice", hours=str(round(notice / timedelta(hours=1))))
        rule = self._approved(LATE_CHANGES)
        return " ".join(part for part in (late, rule, question) if part)

    def _emergency(self, say: to_say.SayEmergency) -> str:
        """What to do at once: the practice's own words wherever it has some; else shorter from the second time on."""
        approved = self._practice.emergency.get(say.danger.value, {}).get(self._language)
        key = (_EMERGENCY_AGAIN if say.again else _EMERGENCY)[say.danger]
        fills = {"phone": self._office()} if key in _TELL_THE_OFFICE else {}
        first = self._told.say(key, **fills) if approved is None else approved
        return f"{first} {self._told.say('emergency_passed_on')}" if say.passed_on else first

    def _person_comes(self, say: to_say.SayPersonComes) -> str:
        """What a person was told, and, while nobody is there, from when on somebody is."""
        if say.through:
            return self._told.say("person_through")
        with_phone = say.reason == Reason.COMPLAINT or (say.reason == Reason.CLINICAL and not say.beforehand)
        phone = {"phone": self._office()} if with_phone else {}
        key = _PERSON_COMES.get(say.reason, "person_asked")
        key = "person_clinical_beforehand" if say.beforehand else "person_unanswered_rest" if say.rest else key
        if say.again:
            return self._told.say("person_unanswered_again")
        said = self._told.say(key, **phone)
        opens = next_opening(self._practice, self._practice.locations[0].id, now=self._now)
        if opens is None or say.reason in _NO_ANSWER_DUE:
            late = self._approved(LATE_ARRIVALS) if say.reason == Reason.LATE else None
            return f"{said} {late}" if late else said
        return f"{said} {self._told.say('person_when', when=self._calendar.moment(opens))}"

    def _still_waits(self) -> str:
        opens = next_opening(self._practice, self._practice.locations[0].id, now=self._now)
        if opens is None:
            return self._told.say("still_waits", phone=self._office())
        return self._told.say("still_waits_closed", when=self._calendar.moment(opens), phone=self._office())

    def _call_goes_on(self, say: to_say.SayCallGoesOn) -> str:
        if say.slot is None:
            return self._told.say("call_goes_on", service=self._service(say.service))
        when = self._calendar.moment(say.slot.during.start)
        return self._told.say("call_goes_on_at", service=self._service(say.service), when=when)

    def _ask_service(self, say: to_say.AskService) -> str:
        if not say.among:
            return self._told.say("ask_service_to_wait" if say.waits else "ask_service")
        services = self._told.either([self._service(id) for id in say.among])
        return self._told.say("ask_service_among", services=services)

    def _ask_name_and_phone(self, say: to_say.AskNameAndPhone) -> str:
        if say.who is not None:
            return self._told.say(f"{_ask_name_of(say.who)}_and_phone")
        return self._told.say("ask_name_and_phone_texting" if say.texting else "ask_name_and_phone")

    def _ask_name(self, say: to_say.AskName) -> str:
        if say.given:
            return self._told.say("ask_family_name" if say.who is None else "ask_their_family_name", given=say.given)
        return self._told.say("ask_name" if say.who is None else _ask_name_of(say.who))

    def _not_at_that_age(self, say: to_say.SayNotAtThatAge) -> str:
        service = self._service(say.service)
        if say.to_age is None:
            return self._told.say("from_age", service=service, age=str(say.from_age))
        if say.from_age is None:
            return self._told.say("to_age", service=service, age=str(say.to_age))
        return self._told.say("between_ages", service=service, least=str(say.from_age), most=str(say.to_age))

    def _offer(self, say: to_say.OfferSlots) -> str:
        people = {slot.practitioner for slot in say.slots}
        count = {1: "one", 2: "two"}.get(len(say.slots), "many")
        if len(people) == 1:
            times = self._told.either([self._told.say("offered", when=self._when(slot)) for slot in say.slots])
            offer = self._told.say(f"offer_{count}", times=times, who=self._who(say.slots[0].practitioner))
        else:
            times = self._told.either([self._offered_with(slot) for slot in say.slots])
            offer = self._told.say(f"offer_{count}_mixed", times=times)
        missed = "" if say.exact else self._missed(say)
        along = self._along(say, say.company) if say.company is not None else ""
        return " ".join(part for part in (missed, offer, along) if part)

    def _missed(self, say: to_say.OfferSlots) -> str:
        """That nothing fits; where somebody was asked for, with them: others may have that very time."""
        days = {wall(slot.during.start, self._calendar.zone).date() for slot in say.slots}
        if say.wanted is None and say.missed is not None and say.missed not in days and not say.again:
            return self._told.say("not_exact_on", day=self._calendar.day(say.missed))
        if say.wanted is None:
            return self._told.say("not_exact_again" if say.again else "not_exact")
        return self._told.say("not_exact_with_again" if say.again else "not_exact_with", who=self._who(say.wanted))

    def _along(self, say: to_say.OfferSlots, company: to_say.Company) -> str:
        """When those who come together with them could, with each of the times that are offered."""
        told, who = self._told.say, self._company(company)
        if not say.along:
            return told("along_none", who=who)
        if all(
            other.during.start == one.during.start for one, by in zip(say.slots, say.along, strict=True) for other in by
        ):
            return told("along_same", who=who)
        if len(say.slots) > len(_PLACES):
            return ""
        times = [self._told.all_of([self._clock(slot) for slot in others]) for others in say.along]
        key = {1: "along_one", 2: "along_two"}.get(len(times), "along_many")
        return told(key, who=who, **dict(zip(_PLACES, times, strict=False)))

    def _clock(self, slot: Slot) -> str:
        return clock(wall(slot.during.start, self._calendar.zone).time())

    def _company(self, company: to_say.Company) -> str:
        return company.given or self._told.say("company_one" if company.more == 1 else "company_many")

    def _offered_with(self, slot: Slot) -> str:
        return self._told.say("offered_with", when=self._when(slot), who=self._who(slot.practitioner))

    def _ask_which_offer(self, say: to_say.AskWhichOffer) -> str:
        if len({slot.practitioner for slot in say.slots}) == 1:
            times = [self._told.say("offered", when=self._when(slot)) for slot in say.slots]
        else:
            times = [self._offered_with(slot) for slot in say.slots]
        key = "ask_one_offer" if len(times) == 1 else "ask_which_offer"
        return self._told.say(key, times=self._told.either(times))

    def _read_back(self, say: to_say.ReadBack) -> str:
        fills = {
            "service": self._service(say.slot.service),
            "when": self._when(say.slot),
            "who": self._who(say.slot.practitioner),
            "name": say.who.name,
            "phone": as_spoken(say.who.phone),
        }
        if say.who.email is None:
            return self._told.say("read_back_without_email", **fills)
        return self._told.say("read_back", **fills, email=say.who.email)

    def _booked(self, say: to_say.SayBooked) -> str:
        parts = [
            self._told.say(
                "requested" if say.requested else "booked",
                service=self._service(say.slot.service),
                when=self._when(say.slot),
                who=self._who(say.slot.practitioner),
                practice=self._practice.name,
                address=self._practice.location(say.slot.location).address,
            )
        ]
        if say.minor:
            parts.append(self._told.say("with_guardian"))
        return " ".join((*parts, *self._sent_with(say.email, say.intake)))

    def _entered(self, slot: Slot) -> str:
        place = self._practice.location(slot.location)
        fills = {"when": self._when(slot), "who": self._who(slot.practitioner), "address": place.address}
        return self._told.say("entered", service=self._service(slot.service), practice=self._practice.name, **fills)

    def _sent_with(self, email: str | None, intake: str | None) -> Iterator[str]:
        """What goes with a booking: its confirmation, and the form."""
        if email:
            yield self._told.say("booked_email", email=email)
        if intake:
            yield self._told.say("booked_intake", link=intake)

    def _course(self, plan: Sequence[Slot]) -> dict[str, str]:
        return {
            "visits": str(len(plan)),
            "service": self._service(plan[0].service),
            "times": "; ".join(self._when(slot) for slot in plan),
            "who": self._who(plan[0].practitioner),
        }

    def _read_back_course(self, say: to_say.ReadBackCourse) -> str:
        fills = {**self._course(say.plan), "name": say.who.name, "phone": as_spoken(say.who.phone)}
        if say.who.email is None:
            return self._told.say("read_back_course_without_email", **fills)
        return self._told.say("read_back_course", **fills, email=say.who.email)

    def _of_service(self, say: to_say.SayOfService) -> str:
        service = self._practice.service(say.service)
        match say.fact:
            case "price":
                return self._told.say(
                    "service_price", service=service.name_in(self._language), price=service.price_in(self._language)
                )
            case "length":
                minutes = str(service.length // timedelta(minutes=1))
                return self._told.say("service_length", service=service.name_in(self._language), minutes=minutes)
            case "preparation":
                return service.preparation_in(self._language)
            case "aftercare":
                return service.aftercare_in(self._language)
            case "who":
                return who_does(service, self._practice, self._told, language=self._language)
            case "offered":
                return self._told.say("we_do")
            case "nearest":
                return self._told.say("we_have", service=service.name_in(self._language))
            case _:
                about = service.about_in(self._language)
                return self._told.say("service_about", service=service.name_in(self._language), about=about)

    def _who_that_is(self, say: to_say.SayWho) -> str:
        person = self._practice.practitioner(say.practitioner)
        today = wall(self._now, self._calendar.zone).date()
        if say.days and has_days(person, today=today):
            return works_on(person, self._told, today=today)
        return self._told.say("who_that_is", who=person.name, practice=self._practice.name)

    def _on_waitlist(self, say: to_say.SayOnWaitlist) -> str:
        service = self._service(say.service)
        if say.wish.practitioner is not None:
            service = self._told.say("service_with", service=service, who=self._who(say.wish.practitioner))
        if not (say.wish.windows or say.wish.excluded):
            return self._told.say("on_waitlist", service=service)
        return self._told.say("on_waitlist_for", service=service, wish=self._calendar.wish(say.wish))

    def _coverage_kept(self, say: to_say.SayCoverageKept) -> str:
        if say.payer and say.member:
            return self._told.say("coverage_kept", payer=say.payer, member=say.member)
        if say.payer:
            return self._told.say("payer_kept", payer=say.payer)
        return self._told.say("member_kept", member=say.member or "")

    def _payer(self, say: to_say.SayPayer) -> str:
        """Whether they stand on the list, and what the practice says of insurance, as approved."""
        rule = self._approved(INSURANCE)
        if say.taken:
            told = self._told.say("payer_taken", payer=say.payer)
        elif rule is None and self._practice.insurance:
            told = self._told.say("payer_not_taken", payer=say.payer, payers=", ".join(self._practice.insurance))
        else:
            told = self._told.say("payer_not_listed", payer=say.payer)
        return f"{told} {rule}" if rule else told

    def _open(self, say: to_say.SayOpen) -> str:
        day = self._calendar.day(say.day)
        if say.closed_for:
            return self._told.say("closed_for", day=day, closed_for=say.closed_for)
        if not say.hours:
            return self._told.say("closed_on", day=day)
        stretches = [self._told.say("open_from", start=clock(one.start), end=clock(one.end)) for one in say.hours]
        return self._told.say("open_on", day=day, hours=self._told.all_of(stretches))

    def _visits(self, say: to_say.SayVisits) -> str:
        told = [self._visit(visit) for visit in say.visits]
        match told:
            case [] if say.past is not None:
                return self._told.say("visit_past", visit=self._visit(say.past), phone=self._office())
            case []:
                return self._told.say("no_visits", phone=self._office())
            case [only]:
                return self._told.say("your_visit", visit=only)
            case _:
                return self._told.say("your_visits", visits="; ".join(told))

    def _visit(self, visit: Appointment) -> str:
        told = self._visit_of_anybody(visit)
        given = self._names.get(visit.id)
        return told if given is None else self._told.say("visit_of", visit=told, given=given)

    def _visit_of_anybody(self, visit: Appointment) -> str:
        if (slot := visit.slot) is None:
            return self._told.say("visit_by_time", when=self._calendar.moment(visit.during.start))
        fills = {"service": self._service(slot.service), "who": self._who(slot.practitioner)}
        key = "visit_requested" if visit.is_requested else "visit"
        return self._told.say(key, when=self._when(slot), **fills)

    def _answer(self, topic: str) -> str:
        return next(one.in_language(self._language) for one in self._practice.knowledge if one.topic == topic)

    def _approved(self, topic: str) -> str | None:
        return next((one.in_language(self._language) for one in self._practice.knowledge if one.topic == topic), None)

    def _when(self, slot: Slot) -> str:
        return self._calendar.moment(slot.during.start)

    def _who(self, id: PractitionerId) -> str:
        return self._practice.practitioner(id).first_name

    def _service(self, id: ServiceId) -> str:
        return self._practice.service(id).name_in(self._language)

    def _office(self) -> str:
        return as_spoken(self._practice.locations[0].phone)


def _ask_name_of(who: Relation) -> str:
    """The key of the question for a visitor's name."""
    return "ask_name_child" if who is Relation.CHILD else "ask_name_other"
