"""Speech as telephones carry it."""

import warnings
from array import array

import pytest

from frontdesk.channels.voice.ulaw import SILENCE, decoded, encoded

EVERY_SAMPLE = array("h", range(-32768, 32768)).tobytes()


def test_every_byte_is_read_as_the_recommendation_has_it() -> None:
    known = {0x00: -32124, 0x80: 32124, 0x7F: 0, 0xFF: 0, 0x0F: -16764, 0x8F: 16764, 0xFE: 8, 0x7E: -8}

    assert array("h", decoded(bytes(known))).tolist() == list(known.values())


def test_what_is_read_and_written_again_is_the_same_but_for_the_second_nought() -> None:
    every = bytes(range(256))

    assert encoded(decoded(every)) == every.replace(b"\x7f", bytes([SILENCE]))


def test_a_sample_comes_back_as_near_as_its_loudness_allows() -> None:
    before, after = array("h", EVERY_SAMPLE), array("h", decoded(encoded(EVERY_SAMPLE)))

    assert all(
        abs(old - new) <= max(4, abs(old) / 16 + 1, abs(old) - 32124) for old, new in zip(before, after, strict=True)
    )


def test_another_hand_writes_the_same_bytes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        audioop = pytest.importorskip("audioop")

    assert decoded(bytes(range(256))) == audioop.ulaw2lin(bytes(range(256)), 2)
    theirs = audioop.lin2ulaw(EVERY_SAMPLE, 2)
    assert sum(one != other for one, other in zip(encoded(EVERY_SAMPLE), theirs, strict=True)) < 700


def test_half_a_sample_is_none() -> None:
    with pytest.raises(ValueError, match="multiple"):
        encoded(b"\x00")
