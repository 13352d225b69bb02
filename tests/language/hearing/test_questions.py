from dataclasses import replace
from datetime import date

import pytest
from tests.language.a_practice import a_context

from frontdesk.dialogue.acts import AskAbout, AskOpen
from frontdesk.language.understanding import understand

CHRISTMAS = date(2026, 12, 25)


@pytest.mark.parametrize("is_entered", [True, False])
def test_a_day_far_ahead_is_answered_where_the_practice_has_entered_it(*, is_entered: bool) -> None:
    context = a_context()
    place = replace(context.practice.locations[0], closures={CHRISTMAS: "Christmas"} if is_entered else {})
    context = replace(context, practice=replace(context.practice, locations=(place,)))

    [heard] = understand("are you open on December 25?", context)

    assert heard.act == (AskOpen(day=CHRISTMAS, closed_for="Christmas") if is_entered else AskAbout(topic=""))
