from tests.tools.rules.reading import lines_of
from tools.rules.commit_at_the_edge import check


def test_a_commit_by_hand_is_found() -> None:
    code = """
    async def keep(connection) -> None:
        await connection.execute(SQL)
        await connection.commit()
    """

    assert lines_of(check, code) == [3]


def test_a_function_that_was_given_a_transaction_opens_no_other() -> None:
    code = """
    async def keep(db: Db, storage: Storage) -> None:
        async with storage.practice(db.practice) as other:
            await note(other)
    """

    assert lines_of(check, code) == [2]


def test_no_transaction_spans_a_call_to_a_system() -> None:
    code = """
    async def book(self, turn) -> None:
        async with turn.transaction() as db:
            await note(db)
            await self._system.book(slot)
    """

    assert lines_of(check, code) == [4]


def test_a_call_between_two_transactions_is_as_it_should_be() -> None:
    code = """
    async def book(self, turn) -> None:
        async with turn.transaction() as db:
            await note(db)
        booked = await self._system.book(slot)
        async with turn.transaction() as db:
            await note(db, booked)
    """

    assert lines_of(check, code) == []
