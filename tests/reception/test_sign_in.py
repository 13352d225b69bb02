"""What a password is checked against where there is nobody it could belong to."""

from argon2 import PasswordHasher, extract_parameters

from frontdesk.reception.sign_in import NOBODYS, hash_of


async def test_nobodys_hash_is_checked_with_as_much_work_as_somebodys() -> None:
    somebodys = await hash_of("a long pass phrase")

    assert extract_parameters(NOBODYS) == extract_parameters(somebodys)
    assert not PasswordHasher().check_needs_rehash(NOBODYS)
    assert len(NOBODYS) == len(somebodys)
