from frontdesk.web.limits import Pace


class Stopwatch:
    """A clock of seconds that stands until it is told otherwise."""

    def __init__(self) -> None:
        self.shows = 0.0

    def __call__(self) -> float:
        return self.shows


def test_some_go_at_once_and_then_one_after_each_pause() -> None:
    clock = Stopwatch()
    pace = Pace(at_once=3, seconds=2, clock=clock)

    first = [pace.allows("a") for _ in range(4)]
    clock.shows += 2
    later = [pace.allows("a") for _ in range(2)]

    assert first == [True, True, True, False]
    assert later == [True, False]


def test_whoever_waits_long_gets_no_more_than_some_at_once() -> None:
    clock = Stopwatch()
    pace = Pace(at_once=2, seconds=1, clock=clock)

    clock.shows += 3600

    assert [pace.allows("a") for _ in range(3)] == [True, True, False]


def test_one_key_does_not_slow_another() -> None:
    pace = Pace(at_once=1, seconds=60, clock=Stopwatch())

    assert pace.allows("a")
    assert pace.allows("b")
    assert not pace.allows("a")


def test_the_oldest_key_is_forgotten_when_there_are_too_many() -> None:
    pace = Pace(at_once=1, seconds=60, clock=Stopwatch(), most_keys=2)

    allowed = [pace.allows(key) for key in ("a", "b", "c", "a")]

    assert allowed == [True, True, True, True]
