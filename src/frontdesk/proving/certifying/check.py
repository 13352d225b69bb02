"""What a check of the suite is, and what came of it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from frontdesk.proving.certifying.desk import Desk, Setting
from frontdesk.systems.manifest import Ability

Open = Callable[[Setting], AbstractAsyncContextManager[Desk]]
"""Opens a desk connected to a fresh simulated system."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that must be so. `needs` are the abilities without which it says nothing; `proves` those it speaks for.

    `run` gives a few words of what was seen, for the table. Raises: NotProven.
    """

    name: str
    run: Callable[[Open], Awaitable[str]]
    needs: frozenset[Ability]
    proves: frozenset[Ability]


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """It is so."""

    check: Check
    seen: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """It is not; `seen` says what was there instead."""

    check: Check
    seen: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """The system lacks an ability that it needs."""

    check: Check
    lacks: frozenset[Ability]


Result = Passed | Failed | Skipped


def check(name: str, run: Callable[[Open], Awaitable[str]], *proves: Ability, needs: tuple[Ability, ...] = ()) -> Check:
    """A check that needs what it proves, and `needs` besides."""
    return Check(name=name, run=run, needs=frozenset({*proves, *needs}), proves=frozenset(proves))
