"""The recovery key: read from a sheet or typed, a slip of the pen noticed, and nothing opens without it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from frontdesk.domain.ids import PracticeId
from frontdesk.vault.faults import RecoveryFault
from frontdesk.vault.practice_keys import new_practice_keys
from frontdesk.vault.recovery import (
    is_encrypted,
    keys_recovered,
    keys_sealed_for,
    new_recovery_key,
    recovery_key_from,
    seal_for,
    sheet_behind,
    sheet_for,
    sheet_opened,
)

SMILE, GLOW = PracticeId(UUID(int=1)), PracticeId(UUID(int=2))
KEY = new_recovery_key()
SHEET = KEY.sheet(desk="https://desk.example.com", made=datetime(2026, 5, 27, tzinfo=UTC))


def typed_from(sheet: str) -> str:
    return next(line.partition(":")[2] for line in sheet.splitlines() if "to type it" in line)


@pytest.mark.parametrize(
    "text",
    [SHEET, KEY.code, typed_from(SHEET), typed_from(SHEET).lower(), f"\n {KEY.code} \n"],
    ids=["sheet", "code", "groups", "small letters", "spaces"],
)
def test_the_key_is_read_from_the_sheet_and_as_people_type_it(text: str) -> None:
    assert recovery_key_from(text) == KEY


def test_one_wrong_letter_is_noticed() -> None:
    letter = KEY.code[30]
    slip = KEY.code[:30] + ("Q" if letter != "Q" else "P") + KEY.code[31:]

    with pytest.raises(RecoveryFault, match="checksum does not fit") as raised:
        recovery_key_from(slip)

    assert slip not in str(raised.value)


def test_a_sheet_behind_a_passphrase_opens_with_it_alone() -> None:
    encrypted = sheet_behind(SHEET, "correct horse")

    assert is_encrypted(encrypted)
    assert KEY.code not in encrypted
    assert recovery_key_from(sheet_opened(encrypted, "correct horse")) == KEY
    with pytest.raises(RecoveryFault, match="does not open this sheet"):
        sheet_opened(encrypted, "correct house")
    with pytest.raises(RecoveryFault, match="This sheet is encrypted"):
        recovery_key_from(encrypted)


def test_a_sheet_for_another_key_is_opened_by_that_one() -> None:
    vault_of_the_owner = new_recovery_key()

    encrypted = sheet_for(SHEET, vault_of_the_owner.recipient)

    assert recovery_key_from(vault_of_the_owner.open(encrypted.encode()).decode()) == KEY


def test_an_address_that_is_no_age_recipient_is_named() -> None:
    with pytest.raises(RecoveryFault, match="begins with age1"):
        sheet_for(SHEET, "owner@example.com")


def test_a_practices_keys_are_recovered_whole_and_for_that_practice_only() -> None:
    keys = new_practice_keys()

    sealed = keys_sealed_for(KEY.recipient, SMILE, keys)

    assert keys_recovered(KEY, SMILE, sealed) == keys
    with pytest.raises(RecoveryFault, match="belongs to another one"):
        keys_recovered(KEY, GLOW, sealed)
    with pytest.raises(RecoveryFault, match="does not open it"):
        keys_recovered(new_recovery_key(), SMILE, sealed)


def test_the_code_does_not_show_in_what_is_printed() -> None:
    assert KEY.code not in repr(KEY)
    assert b"secret" not in seal_for(KEY.recipient, b"secret")
