"""When a system is left alone, and when it is tried again."""

from frontdesk.wire.breaker import Breaker


def test_it_opens_after_as_many_failures_in_a_row_as_agreed() -> None:
    breaker = Breaker(failures=3, rest=30)

    breaker.failed(0)
    breaker.failed(1)
    after_two = breaker.admits(2)
    breaker.failed(2)

    assert after_two
    assert not breaker.admits(3)


def test_one_good_answer_begins_the_count_anew() -> None:
    breaker = Breaker(failures=2, rest=30)

    breaker.failed(0)
    breaker.succeeded()
    breaker.failed(1)

    assert breaker.admits(2)


def test_after_a_rest_one_request_tries_and_the_others_wait_for_it() -> None:
    breaker = Breaker(failures=1, rest=30)
    breaker.failed(0)

    first, second = breaker.admits(30), breaker.admits(30)

    assert (first, second) == (True, False)


def test_a_trial_that_fails_begins_another_rest() -> None:
    breaker = Breaker(failures=1, rest=30)
    breaker.failed(0)
    breaker.admits(30)

    breaker.failed(31)

    assert not breaker.admits(60)
    assert breaker.admits(61)


def test_a_trial_that_never_came_back_does_not_keep_it_open_for_ever() -> None:
    breaker = Breaker(failures=1, rest=30)
    breaker.failed(0)
    breaker.admits(30)

    assert breaker.admits(60)
