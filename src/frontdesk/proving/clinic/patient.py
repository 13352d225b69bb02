"""The simulated patient: knows what they want and who they are, never how a receptionist goes about it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from random import Random

from frontdesk.domain.time import Period
from frontdesk.proving.clinic import goals
from frontdesk.proving.clinic.facts import Facts
from frontdesk.proving.clinic.listening import Heard
from frontdesk.proving.clinic.manner import choice_written, phone_mistaken, typed
from frontdesk.proving.clinic.moments import ZONE, from_the_wall
from frontdesk.proving.clinic.task import Goal, Task, Turn, Wish
from frontdesk.proving.clinic.wordings import wordings

A_DAY = timedelta(hours=26)
PERSONAL = ("name", "born", "phone", "email", "insurer", "member")
"""Facts of a person, in the order in which they are given where several are asked for at once."""
MOST_SAME = 2
"""So often the same question is answered; then it has been understood by nobody."""
MOST_OBJECTIONS = 2
"""So often somebody says that what is read back is not what they want; then they leave."""
MOST_ANSWERS = 6
"""So many questions are put up with while a mere question of one's own waits for its answer."""


class Slip(Enum):
    """Whether a wrong number was given, and put right with the message after it."""

    NONE = auto()
    MADE = auto()
    MENDED = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the patient writes, how long after the reply, and the time that they choose by it."""

    text: str
    after: timedelta
    chooses: datetime | None = None


@dataclass(kw_only=True)
class Patient:
    """One patient in one conversation. The same task and chance say the same to the same replies."""

    task: Task
    chance: Random
    facts: Facts = field(init=False)
    goals: list[Goal] = field(init=False)
    wishes: list[Wish] = field(init=False)
    pending: list[Turn] = field(init=False)
    patience: int = field(init=False)
    sent: int = 0
    chosen: datetime | None = None
    asked: dict[str, int] = field(default_factory=dict)
    """How often each fact was asked for after it had been given."""
    told: dict[str, set[str]] = field(default_factory=dict)
    """The facts that have been given, by the name of the person they are of."""
    told_wish: bool = False
    refused: int = 0
    objected: int = 0
    answered: int = 0
    leaving: bool = False
    inbox: tuple[str, ...] = ()
    """What came to their phone and mailbox."""
    replied: list[frozenset[str]] = field(default_factory=list)
    slip: Slip = Slip.NONE
    _kept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.facts = Facts(task=self.task, chance=self.chance)
        self.goals = list(self.task.wants)
        self.wishes = list(self.goal.when)
        self.pending = list(self.task.turns)
        self.patience = self.task.patience
        self._silent_at = self.chance.randrange(2, 4) if self.task.style == "silent" else 0

    @property
    def goal(self) -> Goal:
        """What they want now."""
        return self.goals[0]

    @property
    def asked_twice(self) -> int:
        """Questions whose answer had been given."""
        return sum(self.asked.values())

    @property
    def given(self) -> set[str]:
        """The facts that have been given of whoever is spoken of now."""
        return self.told.setdefault(self.facts.whose(self.goal).name, set())

    def begin(self) -> Said:
        """The first message."""
        return self._say(self._want())

    def hear(self, heard: Heard) -> Said | None:
        """What the patient answers; None: they are done, or have gone."""
        self._count_repeats(heard)
        if self.leaving:
            return None
        if self.slip is Slip.MADE:
            self.slip = Slip.MENDED
            return self._say(self._draw("correct_phone", self.facts.values(self.goal)))
        if (turn := self._out_of_turn(heard)) is not None:
            return self._say(self._take(turn, heard))
        if goals.is_met(self.goal, heard, answers=self._knows_any(heard) and self.answered < MOST_ANSWERS):
            return self._go_on(heard)
        answer = self._answer(heard)
        return None if answer is None else self._say(*answer)

    def _go_on(self, heard: Heard) -> Said | None:
        """The next thing they want, or the end; whoever is asked about the next person already just answers."""
        self.goals.pop(0)
        self.chosen, self.told_wish, self.refused, self.answered = None, False, 0, 0
        if self.goals:
            self.wishes = list(self.goal.when)
            self.given.difference_update({"service", "when", "whom"})
            if self.goal.whose is not None and heard.asks & {*PERSONAL, "new", "when"}:
                answer = self._answer(heard)
                return None if answer is None else self._say(*answer)
            return self._say(self._want())
        self.goals = [self.task.wants[-1]]
        if self.task.wants[-1].do in {"stop", "say", "ask"} or self.chance.random() > 0.3:
            return None
        self.leaving = True
        return self._say(self._draw("thanks"))

    def _want(self) -> str:
        """The goal in their own words, or in one of the wordings for it."""
        goal = self.goal
        if goal.words:
            return self.chance.choice(goal.words)
        values = self.facts.values(goal) | ({"wish": self.wishes[0].say} if self.wishes else {})
        if goal.do == "book" and self.task.tells == "all":
            self.given.update({"name", "phone", "service", "when"}, {"email"} if self.facts.person.email else ())
            self.told_wish = True
            return self._draw("book_all", values)
        if goal.do in {"book", "waitlist", "move"} and self.wishes and self.chance.random() < 0.4:
            self.told_wish = True
            self.given.update({"service", "when"})
            return self._draw(f"{goal.do}_when", values)
        if goal.do == "book":
            self.given.add("service")
            if goal.who is not None:
                self.given.add("whom")
                return self._draw("book_other", values)
        return self._draw(goal.do, values)

    def _out_of_turn(self, heard: Heard) -> Turn | None:
        for turn in self.pending:
            if goals.is_moment(turn.on, heard, goal=self.goal, sent=self.sent, fits=bool(self._fitting(heard))):
                self.pending.remove(turn)
                return turn
        return None

    def _take(self, turn: Turn, heard: Heard) -> str:
        """Say what was to be said at this moment, and hold to what is true from now on."""
        said = self.chance.choice(turn.says)
        met = turn.on == "done"
        answer = self._answer(heard) if turn.answers and not met else None
        self.facts.change(turn.facts)
        if turn.wishes:
            self.wishes, self.chosen, self.told_wish, self.refused = list(turn.wishes), None, True, 0
        if turn.service is not None:
            self.goals[0] = self.goal.model_copy(update={"service": turn.service, "called": None})
        if met and turn.wishes:
            self.goals[0] = self.goal.model_copy(update={"do": "move", "called": self._it()})
        if turn.becomes is not None:
            self.goals[0] = self.goal.model_copy(update={"do": turn.becomes, "words": ()})
        if turn.drops:
            self.goals[0] = self.goal.model_copy(update={"do": "cancel", "called": self._it(), "words": ()})
            self.leaving = not met
        return f"{said} {answer[0]}" if answer is not None else said

    def _answer(self, heard: Heard) -> tuple[str, datetime | None] | None:
        """The answer to what was asked or offered; None: they leave."""
        is_held = bool(heard.asks & set(PERSONAL)) and not heard.asks & {"choose", "when"}
        if ("confirm" in heard.asks or is_held) and (objection := self._objection(heard)) is not None:
            self.objected += 1
            return self._give_up() if self.objected > MOST_OBJECTIONS else (objection, None)
        if (visit := self._which_visit(heard)) is not None:
            self.replied.append(heard.asks)
            return visit, None
        if self.goal.do in {"book", "move", "waitlist"} and heard.offers:
            taken = self._on_offers(heard)
            if taken is not None:
                return taken
        if "confirm" in heard.asks and (self.chosen or self.goal.do != "book" or not heard.asks & {"when", "new"}):
            return self._draw("yes" if self._is_wanted(heard) else "no"), None
        if "send code" in heard.asks:
            return self._draw("yes"), None
        if "waitlist" in heard.asks:
            wants = self.goal.do == "waitlist" or self.goal.otherwise == "waitlist"
            return self._draw("yes" if wants else "no"), None
        if "person" in heard.asks:
            return self._draw("yes" if self.goal.do == "person" or self.goal.otherwise == "person" else "no"), None
        if parts := list(self._parts(heard)):
            self.answered += 1
            if self.replied.count(heard.asks) < MOST_SAME:
                self.replied.append(heard.asks)
                return " ".join(parts), None
        if "none" in heard.says and self.goal.do in {"book", "move"}:
            return self._next_wish()
        if "else" in heard.asks and not heard.says & {"lost"}:
            return self._again()
        return self._again()

    def _on_offers(self, heard: Heard) -> tuple[str, datetime | None] | None:
        """A choice, or that none of it will do; None where the times are no offer."""
        fits = self._fitting(heard)
        if self.chosen is not None and self.chosen in heard.offers and "confirm" in heard.asks:
            return self._draw("yes"), None
        if self.chosen is not None and self.chosen in heard.offers and "choose" not in heard.asks:
            return None
        if not (heard.asks & {"choose", "when", "confirm"} or "?" in heard.text or heard.buttons):
            return None
        if fits:
            chosen = fits[0] if self.goal.prefers != "latest" else fits[-1]
            if self.goal.prefers == "any":
                chosen = self.chance.choice(fits)
            self.chosen = chosen
            written = choice_written(chosen, heard.offers, self.task.language, self.chance)
            self._kept.append(written)
            if len(heard.offers) == 1 and self.chance.random() < 0.4:
                return self._draw("yes"), chosen
            if len(heard.offers) == 2 and self.chance.random() < 0.25:
                return self._draw("choose_first" if chosen == heard.offers[0] else "choose_last"), chosen
            return self._draw("choose", {"time": written}), chosen
        if not self.wishes:
            return None
        return self._next_wish()

    def _next_wish(self) -> tuple[str, datetime | None] | None:
        self.refused += 1
        if self.told_wish and self.refused > 1 and len(self.wishes) > 1:
            self.wishes.pop(0)
            self.refused = 0
        elif (self.told_wish and self.refused > 2) or not self.wishes:
            return self._give_up()
        self.told_wish = True
        return self._draw("none_fit", {"wish": self.wishes[0].say}), None

    def _give_up(self) -> tuple[str, datetime | None] | None:
        match self.goal.otherwise:
            case "waitlist":
                values = self.facts.values(self.goal) | ({"wish": self.wishes[-1].say} if self.wishes else {})
                self.goals[0] = self.goal.model_copy(update={"do": "waitlist", "words": ()})
                return self._draw("waitlist_when" if self.wishes else "waitlist", values), None
            case "person":
                self.goals[0] = self.goal.model_copy(update={"do": "person", "words": ()})
                return self._draw("person"), None
            case _:
                self.leaving = True
                return self._draw("leave"), None

    def _parts(self, heard: Heard) -> Iterator[str]:
        """Answers to each thing asked, those about the person in one."""
        values = self.facts.values(self.goal)
        asks = heard.asks
        if "whom" in asks and "new" not in asks:
            yield self._draw("for_other" if self.goal.who else "for_me", values)
            self.given.add("whom")
        if "new" in asks and (is_new := self.facts.whose(self.goal).is_new) is not None:
            self.given.add("new")
            yield self._draw("first_time" if is_new else "been_before")
        books = self.goal.do in {"book", "waitlist"}
        if asks & {"service", "visit"} and self.goal.service is not None and books:
            self.given.add("service")
            yield self._draw("service", values)
        if "code" in asks:
            code = re.search(r"\b\d{6}\b", "\n".join(reversed(self.inbox)))
            yield self._draw("code", {"code": code[0]}) if code else self._draw("wont_say")
        if "by" in asks:
            yield self._draw("with_whom" if self.goal.by else "anyone", values)
        if (wanted := [fact for fact in PERSONAL if fact in asks]) and (told := self._personal(wanted, values)):
            yield told
        if "when" in asks and self.wishes and not heard.offers:
            self.told_wish = True
            self.given.add("when")
            yield self._draw("wish", {"wish": self.wishes[0].say})

    def _objection(self, heard: Heard) -> str | None:
        """What they say where another treatment, visit or time is read back than theirs; None: it is theirs."""
        values = self.facts.values(self.goal)
        service = self.facts.service_of(self.goal)
        named = self.facts.services_in(heard.text)
        if service is not None and named and service not in named and self.goal.do in {"book", "move", "cancel"}:
            meant = self._draw("service", values) if self.goal.do == "book" else self._draw("which_visit", values)
            return f"{self._draw('no')}, {meant}"
        if (
            self.goal.do == "cancel"
            and (at := self.facts.visit_at(self.goal))
            and heard.offers
            and at not in heard.offers
        ):
            return f"{self._draw('no')}, {self._draw('which_visit', values)}"
        if self.goal.do in {"book", "move"} and self.chosen and heard.offers and self.chosen not in heard.offers:
            wish = choice_written(self.chosen, (*heard.offers, self.chosen), self.task.language, self.chance)
            return self._draw("wrong_time", {"wish": wish})
        return None

    def _is_wanted(self, heard: Heard) -> bool:
        """Whether what is about to be done is theirs: nobody who only asks has something booked or cancelled."""
        return self.goal.do in goals.CHANGES and (
            self.goal.do != "cancel" or goals.is_about_cancelling(heard) or not goals.is_about_booking(heard)
        )

    def _it(self) -> str:
        """What they call a visit that they have just made."""
        service = self.facts.service_of(self.goal)
        if service is None:
            return "it" if self.task.language == "en" else "la cita"
        return f"my {service}" if self.task.language == "en" else "mi cita"

    def _which_visit(self, heard: Heard) -> str | None:
        """Which of their visits they mean: in their own words, or in those of the reply where it names the service."""
        if self.goal.do not in {"move", "cancel", "confirm"} or not heard.asks & {"visit", "service"}:
            return None
        if self.replied.count(heard.asks) >= MOST_SAME:
            return None
        service = self.facts.service_of(self.goal)
        if service is not None and heard.text.lower().count(service.lower()) == 1:
            return self._draw("which_visit", {"visit": f"the {service}" if self.task.language == "en" else service})
        if "visit" not in heard.asks or self.goal.called is None:
            return None
        return self._draw("which_visit", {"visit": self.goal.called})

    def _personal(self, wanted: Sequence[str], values: Mapping[str, str]) -> str | None:
        known = [fact for fact in wanted if fact in values]
        missing = [fact for fact in wanted if fact not in values]
        self.given.update(known)
        self._kept += [values[fact] for fact in known]
        if self.task.style == "corrections" and "phone" in known and self.slip is Slip.NONE:
            self.slip = Slip.MADE
            mistaken = dict(values) | {"phone": phone_mistaken(values["phone"], self.chance)}
            self._kept.append(mistaken["phone"])
            values = mistaken
        if not known:
            return self._draw(f"no_{missing[0]}") if missing[0] in {"email", "phone"} else self._draw("wont_say")
        if len(known) == 1:
            return self._draw(known[0], values)
        return self._draw("details", {"details": ", ".join(values[fact] for fact in known)})

    def _again(self) -> tuple[str, datetime | None] | None:
        """They do not understand what is wanted of them: a person says again what they came for, and tires of it."""
        self.patience -= 1
        if self.patience < 0:
            return None
        if self.goal.words:
            return self._want(), None
        values = self.facts.values(self.goal)
        return self._draw("again", {"goal": self._draw(f"goal_{self.goal.do}", values)}), None

    def _knows_any(self, heard: Heard) -> bool:
        """Whether something is asked that they can answer while their own question waits."""
        known = {"confirm", "code", "whom", *self.facts.values(self.goal).keys() & {*PERSONAL, "visit"}}
        if self.goal.do in {"book", "move", "waitlist"}:
            known |= {"new", "when", "service", "choose"}
        return bool(heard.asks & known)

    def _fitting(self, heard: Heard) -> list[datetime]:
        """The offers that they could come to, with whom they want to see."""
        windows = [one for wish in self.wishes for one in wish.windows]
        by = self.facts.values(self.goal).get("practitioner")
        fitting = []
        for at in heard.offers:
            start = from_the_wall(at)
            visit = Period(start=start, end=start + timedelta(minutes=15))
            is_theirs = by is None or by.endswith(heard.given_by.get(at, by))
            if is_theirs and (not windows or any(one.fits(visit, ZONE) for one in windows)):
                fitting.append(at)
        return fitting

    def _count_repeats(self, heard: Heard) -> None:
        for fact in heard.asks & self.given & {*PERSONAL, "new", "service", "whom"}:
            self.asked[fact] = self.asked.get(fact, 0) + 1

    def _draw(self, act: str, values: Mapping[str, str] | None = None) -> str:
        return wordings(self.task.language).draw(act, values or {}, style=self.task.style, chance=self.chance)

    def _say(self, text: str, chooses: datetime | None = None) -> Said:
        self.sent += 1
        after = timedelta(seconds=self.chance.randrange(8, 50))
        if self.sent == self._silent_at:
            after = A_DAY
            text = f"{self._draw('back')} {text}"
        elif self.task.style == "chatty" and self.sent in {1, 3} and not self.goal.words:
            text = f"{text} {self._draw('aside')}"
        text = typed(text, self.task.style, kept=(*self._kept, *self.facts.names()), chance=self.chance)
        return Said(text=text, after=after, chooses=chooses)
