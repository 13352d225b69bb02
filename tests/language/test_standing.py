"""A visit that stands is heard by how it is spoken of; what is wanted of it, too."""

from datetime import UTC, datetime

import pytest
from tests.language.a_practice import AUSTIN

from frontdesk.dialogue.acts import Act, Cancel, Emergency, Reschedule, WishTime
from frontdesk.domain.wish import Wish
from frontdesk.language.context import Context
from frontdesk.language.understanding import understand
from frontdesk.sample.practice import smile

PRACTICE = smile()
TUESDAY_NIGHT = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)

MOVED = """
my laser session on Thursday: is next Tuesday possible instead?
Wednesday doesn't work for my Botox treatment anymore, is there anything Monday June 22?
I have my body contouring next Thursday and it doesn't fit anymore
I'd rather come at another time for my body contouring next Thursday
microneedling: from Wednesday to Friday, same time
can my weight-loss consultation be changed?
I have to move Wednesday's Botox appointment to Monday June 8, with Priya please
Can my apointment tomorrow at 3 be a bit later, like 5 or after?
my facial on the 3rd is not going to work, got anything the week after?
something came up and I can't do my hydrafacial Friday
is it possible to come Monday for my filler appointment instead of Tuesday
tomorrow's peel is a bad time, could I have a later time
cambien mi peeling del viernes a el lunes por la tarde por favor
¿podría venir en otro momento en vez de mi peeling del viernes?
¿sería posible el lunes por la tarde? es por mi peeling del viernes
mi peeling del viernes mejor el lunes por la tarde
se me complicó mi facial de mañana, ¿tienen el jueves?
""".strip().splitlines()

TAKEN_OUT = """
scratch my laser on the 9th please, I can't come
I won't be needing my peel on Friday
please take me off for my facial tomorrow
forget my botox appointment on monday
ya no voy a ir a mi limpieza del jueves
quítenme la cita del lunes por favor
""".strip().splitlines()

NEITHER = """
Can I come Monday for my Botox treatment? It has to be Dana
can Priya do my Botox treatment Tuesday afternoon?
I'd like my next facial on Friday please
how long does my facial take?
what time is my appointment tomorrow?
can my daughter come with me to my facial on Friday?
I need an appointment on Friday, the earlier the better
the botox appointment on Friday sounds good
can I book my first laser session for Friday or is Monday better?
what should I do before my peel on Friday?
is it possible to get my botox on Friday
I'm running late for my appointment at 3
quiero una cita para mi mamá el lunes
¿a qué hora es mi cita del viernes?
quisiera reservar mi primera consulta el lunes
""".strip().splitlines()


def heard(text: str) -> list[Act]:
    context = Context(now=TUESDAY_NIGHT, zone=AUSTIN, practice=PRACTICE)
    return [one.act for one in understand(text, context)]


def jobs(text: str) -> set[type[Act]]:
    return {type(act) for act in heard(text) if isinstance(act, Reschedule | Cancel | Emergency)}


@pytest.mark.parametrize("text", MOVED)
def test_a_visit_that_is_named_and_does_not_fit_is_moved(text: str) -> None:
    assert jobs(text) == {Reschedule}


@pytest.mark.parametrize("text", TAKEN_OUT)
def test_a_visit_that_is_named_and_not_wanted_is_taken_out(text: str) -> None:
    assert jobs(text) == {Cancel}


@pytest.mark.parametrize("text", NEITHER)
def test_a_visit_that_is_only_named_stays(text: str) -> None:
    assert jobs(text) == set()


def test_the_day_that_the_visit_has_is_no_wish_beside_the_new_one() -> None:
    wish = next(act.wish for act in heard(MOVED[0]) if isinstance(act, WishTime))

    assert [window.first.isoformat() for window in wish.windows if window.first] == ["2026-06-02"]
    assert isinstance(wish, Wish)
