"""A practice's keys replaced step by step: what opens, what is found and what counts at each."""

import json
from base64 import b64encode
from uuid import UUID

import pytest

from frontdesk.domain.ids import PracticeId
from frontdesk.vault.cipher import new_keyset
from frontdesk.vault.faults import CannotOpen
from frontdesk.vault.keyring import Keyring, Place
from frontdesk.vault.practice_keys import new_practice_keys, practice_keys_from

SMILE = PracticeId(UUID(int=1))
MARIA = UUID(int=11)
PHONE = Place(table="patient", row=MARIA, column="phone")
BEFORE = new_practice_keys()
OLD = Keyring(SMILE, BEFORE)


def test_while_keys_are_prepared_both_hashes_of_a_value_count_and_the_new_one_is_written() -> None:
    preparing = Keyring(SMILE, BEFORE.prepared())

    hashes = preparing.lookups("phone", "+15125550147")

    assert hashes == [OLD.lookup("phone", "+15125550147"), preparing.lookup("phone", "+15125550147")]
    assert preparing.carried_over(hashes[0]) == hashes[1]
    assert [len(one) for one in hashes] == [32, 34]
    assert hashes[1].startswith(preparing.lookup_mark)


def test_a_hash_carried_over_many_times_is_what_the_value_gives_at_once() -> None:
    keys, found = BEFORE, OLD.lookup("name", "maria gonzalez")
    for _ in range(3):
        keys = keys.prepared()
        found = Keyring(SMILE, keys).carried_over(found)
        keys = keys.resealing().settled()

    assert Keyring(SMILE, keys).lookups("name", "maria gonzalez") == [found]


def test_a_subject_sealed_with_the_next_key_opens_what_the_key_before_it_sealed() -> None:
    wrapped = OLD.new_subject_key(MARIA)
    sealed = OLD.subject(MARIA, wrapped).seal("+15125550147", place=PHONE)
    keyring = Keyring(SMILE, BEFORE.prepared().resealing())
    after = keyring.new_subject_key(MARIA)

    key = keyring.subject(MARIA, after, opens_also=wrapped)

    assert key.open(sealed, place=PHONE) == b"+15125550147"
    assert key.seal("again", place=PHONE).startswith(keyring.subject(MARIA, after).mark)


def test_once_settled_the_old_keys_open_nothing() -> None:
    keys = BEFORE.prepared().resealing().settled()

    with pytest.raises(CannotOpen, match="The key of subject"):
        Keyring(SMILE, keys).subject(MARIA, OLD.new_subject_key(MARIA))


def test_what_was_signed_counts_through_one_rotation_and_no_longer() -> None:
    signed = OLD.signatures("link", "form 1")[0]
    once = BEFORE.prepared().resealing().settled()
    twice = once.prepared().resealing().settled()

    assert signed in Keyring(SMILE, once).signatures("link", "form 1")
    assert signed != Keyring(SMILE, once).signatures("link", "form 1")[0]
    assert signed not in Keyring(SMILE, twice).signatures("link", "form 1")


def test_keys_are_read_as_they_were_written() -> None:
    keys = BEFORE.prepared()

    assert practice_keys_from(keys.to_bytes()) == keys


def test_keys_stored_by_the_first_version_are_read() -> None:
    wrapping, lookup = new_keyset(), b"k" * 32
    first = {"version": 1, "wrapping": b64encode(wrapping).decode(), "lookup": b64encode(lookup).decode()}

    keys = practice_keys_from(json.dumps(first).encode())

    assert (keys.wrapping, keys.lookup, keys.signing) == (wrapping, (lookup,), (lookup,))


def test_keys_do_not_show_in_what_is_printed() -> None:
    assert repr(BEFORE) == "PracticeKeys(phase=<Phase.STEADY: 'steady'>)"
