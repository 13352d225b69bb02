"""The table of `frontdesk systems certify --all`: what passed, what failed, what says nothing of a system."""

from frontdesk.cli.systems_certify import Run, table
from frontdesk.proving.certifying.check import Failed, Passed, Result, Skipped
from frontdesk.proving.certifying.suite import Tally, certificate, every_check, opening
from frontdesk.proving.certifying.what_holds import USUAL
from frontdesk.standards.simulating.faults import Fails, When
from frontdesk.storage.database import Storage
from frontdesk.systems.manifest import connector


def a_run(system: str, *, failing: int = 0) -> Run:
    """As if every check that says something of the system had passed, but for so many."""
    manifest, _ = connector(system)
    found: list[Result] = []
    for check in every_check(long=False):
        lacks = frozenset(check.needs - set(manifest.can))
        found.append(Skipped(check=check, lacks=lacks) if lacks else Passed(check=check, seen="so"))
    passed = [number for number, one in enumerate(found) if isinstance(one, Passed)]
    for number in passed[:failing]:
        found[number] = Failed(check=found[number].check, seen="otherwise")
    return Run(done=certificate(system, found), seconds=61.6, faults=144)


def test_each_system_has_a_line_with_its_figures() -> None:
    heading, first, second = table([a_run("opendental"), a_run("simplepractice")])

    assert heading.split("  ")[0] == "system"
    checks = len(every_check(long=False))
    assert first.split()[:2] == ["opendental", "two-way"]
    assert sum(map(int, first.split()[2:5])) == checks
    assert first.split()[3:] == ["0", first.split()[4], "62", "144"]
    assert int(second.split()[4]) > int(first.split()[4])


def test_what_failed_is_counted_and_what_was_not_shown_is_named() -> None:
    _, line = table([a_run("simplepractice", failing=1)])

    assert line.split()[3] == "1"
    assert "not shown: find_slots" in line


async def test_the_faults_that_strike_are_counted(storage: Storage) -> None:
    tally = Tally()

    async with opening("opendental", storage, tally)(USUAL) as desk:
        desk.peer.faults.plan(Fails(when=When.BEFORE_COMMIT), times=2)
        desk.peer.faults.plan(Fails(when=When.BEFORE_COMMIT), on="DELETE /nothing")
        for _ in range(3):
            desk.peer.faults.due("GET /appointments")

    assert tally.faults == 2
