"""A long run that was stopped goes on where it was."""

from pathlib import Path

from frontdesk.proving.phone.kept import Kept
from frontdesk.proving.phone.memory import Memory, resident, watched


def test_what_was_found_is_there_again_without_a_line_that_was_broken_off(tmp_path: Path) -> None:
    one, other = (Memory(minutes=0.0, megabytes=megabytes, calls=1) for megabytes in (500.0, 510.0))
    kept = Kept(Memory, tmp_path / "run", "memory")
    kept.add(one)
    kept.add(other)
    with (tmp_path / "run" / "memory.jsonl").open("ab") as file:
        file.write(b'{"minutes": 5.0, "mega')

    assert list(Kept(Memory, tmp_path / "run", "memory").read()) == [one, other]


def test_without_a_folder_nothing_is_kept() -> None:
    kept = Kept(Memory, None, "memory")
    kept.add(Memory(minutes=0.0, megabytes=1.0, calls=0))

    assert list(kept.read()) == []


async def test_memory_is_looked_at_from_the_start_to_the_end() -> None:
    async with watched(every=60) as watch:
        watch.calls = 3

    assert [one.calls for one in watch.found][-1] == 3
    assert all(0 < one.megabytes < 100_000 for one in watch.found)
    assert resident() > 10
