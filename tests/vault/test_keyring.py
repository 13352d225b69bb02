"""What is sealed opens where it was sealed, and nowhere else."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from frontdesk.domain.ids import PracticeId
from frontdesk.vault.cipher import binding
from frontdesk.vault.faults import CannotOpen
from frontdesk.vault.keyring import Keyring, Place, new_keyring, open_keyring
from frontdesk.vault.master import MasterKey

SMILE = PracticeId(UUID(int=1))
GLOW = PracticeId(UUID(int=2))
MARIA = UUID(int=11)
ANA = UUID(int=12)
PHONE = Place(table="patient", row=MARIA, column="phone")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> MasterKey:
    return MasterKey.load(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def keyring(master: MasterKey) -> Keyring:
    return open_keyring(SMILE, new_keyring(SMILE, master), master)


def test_a_field_opens_where_it_was_sealed(keyring: Keyring) -> None:
    wrapped = keyring.new_subject_key(MARIA)

    sealed = keyring.subject(MARIA, wrapped).seal("+15125550147", place=PHONE)

    assert keyring.subject(MARIA, wrapped).open(sealed, place=PHONE) == b"+15125550147"


def test_a_field_sealed_before_a_restart_opens_after_it(master: MasterKey) -> None:
    kept = new_keyring(SMILE, master)
    before = open_keyring(SMILE, kept, master)
    wrapped = before.new_subject_key(MARIA)
    sealed = before.subject(MARIA, wrapped).seal(b"\x00\xff", place=PHONE)

    after = open_keyring(SMILE, kept, master)

    assert after.subject(MARIA, wrapped).open(sealed, place=PHONE) == b"\x00\xff"
    assert after.lookup("phone", "+15125550147") == before.lookup("phone", "+15125550147")


def test_the_same_words_never_look_the_same_twice(keyring: Keyring) -> None:
    maria = keyring.subject(MARIA, keyring.new_subject_key(MARIA))

    assert maria.seal("yes", place=PHONE) != maria.seal("yes", place=PHONE)


@pytest.mark.parametrize(
    "elsewhere",
    [replace(PHONE, row=ANA), replace(PHONE, column="email"), replace(PHONE, table="conversation")],
    ids=["another row", "another column", "another table"],
)
def test_a_field_moved_elsewhere_does_not_open(keyring: Keyring, elsewhere: Place) -> None:
    maria = keyring.subject(MARIA, keyring.new_subject_key(MARIA))
    sealed = maria.seal("+15125550147", place=PHONE)

    with pytest.raises(CannotOpen) as raised:
        maria.open(sealed, place=elsewhere)

    assert f"{elsewhere.table}.{elsewhere.column} of row {elsewhere.row} does not open" in str(raised.value)
    assert "5550147" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_field_moved_to_another_patient_does_not_open(keyring: Keyring) -> None:
    maria, ana = (keyring.subject(who, keyring.new_subject_key(who)) for who in (MARIA, ANA))

    with pytest.raises(CannotOpen):
        ana.open(maria.seal("+15125550147", place=PHONE), place=PHONE)


def test_a_key_moved_to_another_patient_does_not_open(keyring: Keyring) -> None:
    with pytest.raises(CannotOpen, match=f"The key of subject {ANA} does not open"):
        keyring.subject(ANA, keyring.new_subject_key(MARIA))


def test_a_key_moved_to_another_practice_does_not_open(keyring: Keyring, master: MasterKey) -> None:
    glow = open_keyring(GLOW, new_keyring(GLOW, master), master)

    with pytest.raises(CannotOpen, match=f"The key of subject {MARIA} does not open"):
        glow.subject(MARIA, keyring.new_subject_key(MARIA))


def test_a_keyring_moved_to_another_practice_does_not_open(master: MasterKey) -> None:
    with pytest.raises(CannotOpen, match=f"The keyring of practice {GLOW} does not open"):
        open_keyring(GLOW, new_keyring(SMILE, master), master)


def test_a_keyring_under_another_master_key_does_not_open(master: MasterKey, tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match=f"The keyring of practice {SMILE} does not open"):
        open_keyring(SMILE, new_keyring(SMILE, master), MasterKey.load(tmp_path))


@given(where=some.integers(min_value=0), bit=some.integers(min_value=0, max_value=7))
def test_one_flipped_bit_anywhere_is_noticed(keyring: Keyring, where: int, bit: int) -> None:
    wrapped = bytearray(keyring.new_subject_key(MARIA))
    maria = keyring.subject(MARIA, bytes(wrapped))
    sealed = bytearray(maria.seal("+15125550147", place=PHONE))

    wrapped[where % len(wrapped)] ^= 1 << bit
    sealed[where % len(sealed)] ^= 1 << bit

    with pytest.raises(CannotOpen):
        maria.open(bytes(sealed), place=PHONE)
    with pytest.raises(CannotOpen):
        keyring.subject(MARIA, bytes(wrapped))


@pytest.mark.parametrize("length", [0, 4, 5, 20, 32])
def test_a_cut_field_does_not_open(keyring: Keyring, length: int) -> None:
    maria = keyring.subject(MARIA, keyring.new_subject_key(MARIA))

    with pytest.raises(CannotOpen):
        maria.open(maria.seal("+15125550147", place=PHONE)[:length], place=PHONE)


def test_a_look_up_finds_the_same_value_of_the_same_kind_only(keyring: Keyring, master: MasterKey) -> None:
    glow = open_keyring(GLOW, new_keyring(GLOW, master), master)

    found = keyring.lookup("phone", "+15125550147")

    assert len(found) == 32
    assert found == keyring.lookup("phone", "+15125550147")
    assert found not in {
        keyring.lookup("phone", "+15125550148"),
        keyring.lookup("email", "+15125550147"),
        keyring.lookup("phon", "e+15125550147"),
        glow.lookup("phone", "+15125550147"),
    }


@given(one=some.lists(some.text()), other=some.lists(some.text()))
def test_no_two_lists_of_parts_bind_alike(one: list[str], other: list[str]) -> None:
    assert (binding(*one) == binding(*other)) == (one == other)
