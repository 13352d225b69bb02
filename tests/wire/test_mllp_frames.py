"""Frames cut out of octets, however they arrive."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.domain.faults import Impossible
from frontdesk.wire.mllp_frames import BEGINNING, Arrived, Commit, Frame, Frames, TooLong, framed

MESSAGES = st.binary(max_size=40).map(lambda octets: octets.replace(b"\x0b", b"").replace(b"\x1c", b""))
BETWEEN = st.sampled_from([b"", b"\r", b"\n", b"junk", b"\x1c\r"])


def cut(octets: bytes, *, most: int = 1000) -> tuple[list[Arrived], Frames]:
    frames = Frames(most=most)
    return list(frames.of(octets)), frames


@given(sent=st.lists(st.tuples(BETWEEN, MESSAGES), max_size=6), cuts=st.lists(st.integers(0, 300), max_size=12))
def test_the_same_frames_come_out_however_they_are_split(sent: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    octets = b"".join(between + framed(message) for between, message in sent)
    places = sorted({min(one, len(octets)) for one in cuts} | {0, len(octets)})
    frames = Frames(most=1000)

    arrived = [one for start, end in pairwise(places) for one in frames.of(octets[start:end])]

    wanted = [Commit(message) if message in {b"\x06", b"\x15"} else Frame(octets=message) for _, message in sent]
    assert arrived == wanted
    assert not frames.is_inside


def test_several_frames_in_one_packet_come_out_in_order() -> None:
    assert cut(framed(b"one") + framed(b"two") + framed(b""))[0] == [
        Frame(octets=b"one"),
        Frame(octets=b"two"),
        Frame(octets=b""),
    ]


def test_half_a_frame_is_waited_for() -> None:
    arrived, frames = cut(b"\x0bhalf of")

    assert (arrived, frames.is_inside) == ([], True)
    assert list(frames.of(b" it\x1c")) == [Frame(octets=b"half of it")]


def test_a_frame_whose_last_octet_is_missing_is_understood() -> None:
    assert cut(b"\x0bone\x1c\x0btwo\x1c\r")[0] == [Frame(octets=b"one"), Frame(octets=b"two")]


def test_junk_between_frames_is_left_out_and_counted() -> None:
    arrived, frames = cut(b"junk" + framed(b"one") + b"\r\nmore\x1c")

    assert arrived == [Frame(octets=b"one")]
    assert frames.junk == len(b"junkmore\x1c")


def test_a_frame_that_another_begins_in_was_given_up() -> None:
    arrived, frames = cut(b"\x0bgiven up" + framed(b"one"))

    assert arrived == [Frame(octets=b"one")]
    assert frames.junk == len(b"given up")


def test_of_a_message_that_is_too_long_only_the_beginning_is_kept() -> None:
    frames = Frames(most=10_000)
    long = b"MSH|" + b"x" * 200_000

    arrived = [one for at in range(0, len(long) + 1, 997) for one in frames.of((b"\x0b" + long)[at : at + 997])]
    arrived += frames.of(b"\x1c\r" + framed(b"next"))

    assert arrived == [TooLong(beginning=long[:BEGINNING]), Frame(octets=b"next")]


def test_a_message_of_exactly_the_most_is_taken() -> None:
    assert cut(framed(b"x" * 1000))[0] == [Frame(octets=b"x" * 1000)]
    assert isinstance(cut(framed(b"x" * 1001))[0][0], TooLong)


def test_the_second_releases_commit_octets_are_told_from_messages() -> None:
    assert cut(b"\x0b\x06\x1c\r\x0b\x15\x1c\r")[0] == [Commit.STORED, Commit.NOT_STORED]


@pytest.mark.parametrize("octets", [b"a\x0bb", b"a\x1cb"])
def test_a_message_that_holds_a_frames_own_octets_is_not_framed(octets: bytes) -> None:
    with pytest.raises(Impossible):
        framed(octets)


def test_a_frame_shows_no_patient_when_it_is_logged() -> None:
    assert "RIVERA" not in repr(cut(framed(b"PID|||||RIVERA"), most=5)) + repr(cut(framed(b"PID|||||RIVERA")))
