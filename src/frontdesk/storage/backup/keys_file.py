"""The one file of keys beside the backups: every data key that one of them needs, and none of who was forgotten.

A line each, as JSON. A data key stands there as it does in the database, wrapped by its practice's keys; these are
sealed for the recovery key. A key that was replaced stays as long as there is a backup from before; a key that was
destroyed is taken out at once, and that it was is kept. The last line counts the others, so that a file that was cut
is not believed.
"""

import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from frontdesk.storage.backup.archive import sync_folder
from frontdesk.storage.backup.tables import Owner
from frontdesk.storage.faults import BackupFault
from frontdesk.vault.practice_keys import Phase

NAME = "keys.jsonl"
_LOOK_BYTES = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeEntry:
    """A practice's keys at one step of their life, sealed for the recovery key."""

    practice: str
    version: int
    phase: str
    for_recovery: bytes = field(repr=False)
    seen: datetime

    @property
    def step(self) -> tuple[str, int, str]:
        """What a backup names them by."""
        return self.practice, self.version, self.phase


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectEntry:
    """A wrapped data key, as it stands in the database; `seen` is when it last did."""

    practice: str
    subject: str
    wrapped: bytes = field(repr=False)
    next_wrapped: bytes | None = field(repr=False)
    next_mark: bytes | None = field(repr=False)
    seen: datetime

    @property
    def look(self) -> tuple[str, str, str]:
        """What a backup names it by."""
        sha = hashlib.sha256(self.wrapped + (self.next_wrapped or b"")).digest()
        return self.practice, self.subject, sha[:_LOOK_BYTES].hex()


@dataclass(kw_only=True, slots=True)
class Keys:
    """What the file holds. `generations` are how often each practice's keys had changed when it was written."""

    made: datetime
    generations: dict[str, int]
    practices: dict[tuple[str, int, str], PracticeEntry] = field(default_factory=dict)
    subjects: dict[tuple[str, str, str], SubjectEntry] = field(default_factory=dict)
    forgotten: dict[tuple[str, str], datetime] = field(default_factory=dict)


def read_keys(folder: Path) -> Keys | None:
    """The keys beside the backups in that folder; None where there are none. Raises: BackupFault."""
    path = folder / NAME
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise BackupFault(f"{path} cannot be read ({fault.strerror}).") from fault
    try:
        *lines, end = lines
        told = json.loads(end)
        if told["sha256"] != hashlib.sha256(b"".join(lines)).hexdigest():
            raise ValueError
        return _read([json.loads(line) for line in lines])
    except (ValueError, KeyError, TypeError):
        raise BackupFault(
            f"{path} is damaged or not whole. Take the copy of it that is kept elsewhere; with the desk still there, "
            "remove it and run `frontdesk backup`."
        ) from None


def _read(lines: list[dict[str, str | int | dict[str, int]]]) -> Keys:
    head, *rest = lines
    keys = Keys(made=_time(head["made"]), generations=_numbers(head["generations"]))
    for line in rest:
        if "for_recovery" in line:
            practice = PracticeEntry(
                practice=str(line["practice"]),
                version=int(str(line["version"])),
                phase=Phase(line["phase"]).value,
                for_recovery=b64decode(str(line["for_recovery"])),
                seen=_time(line["seen"]),
            )
            keys.practices[practice.step] = practice
        elif "forgotten" in line:
            keys.forgotten[str(line["practice"]), str(line["forgotten"])] = _time(line["at"])
        else:
            subject = SubjectEntry(
                practice=str(line["practice"]),
                subject=str(line["subject"]),
                wrapped=b64decode(str(line["wrapped"])),
                next_wrapped=_bytes(line.get("next_wrapped")),
                next_mark=_bytes(line.get("next_mark")),
                seen=_time(line["seen"]),
            )
            keys.subjects[subject.look] = subject
    return keys


def keys_now(owner: Owner, steps: dict[str, tuple[int, str]], before: Keys | None, *, now: datetime) -> Keys:
    """The file's content as of this transaction, with what backups from before still need.

    `steps` are how far each practice's keys are, which only an opened keyring tells.
    """
    keys = Keys(made=now, generations=generations(owner))
    for row in owner.execute("select practice_id, for_recovery from keyring").fetchall():
        practice = str(row["practice_id"])
        version, phase = steps[practice]
        if row["for_recovery"] is None:
            raise BackupFault(
                f"The keys of practice {practice} were never sealed for a recovery key. Make a new one: "
                "frontdesk keys export-recovery FILE"
            )
        entry = PracticeEntry(
            practice=practice, version=version, phase=phase, for_recovery=bytes(row["for_recovery"]), seen=now
        )
        keys.practices[entry.step] = entry
    there = set()
    for row in owner.execute("select * from subject_key").fetchall():
        subject = SubjectEntry(
            practice=str(row["practice_id"]),
            subject=str(row["subject_id"]),
            wrapped=bytes(row["wrapped"]),
            next_wrapped=bytes(row["next_wrapped"]) if row["next_wrapped"] else None,
            next_mark=bytes(row["next_mark"]) if row["next_mark"] else None,
            seen=now,
        )
        keys.subjects[subject.look] = subject
        there.add((subject.practice, subject.subject))
    if before is not None:
        keys.practices = {**before.practices, **keys.practices}
        kept = {look: one for look, one in before.subjects.items() if look[:2] in there}
        gone = {look[:2]: now for look in before.subjects if look[:2] not in there}
        keys.subjects = {**kept, **keys.subjects}
        keys.forgotten = {**gone, **before.forgotten}
    return keys


def without_older(keys: Keys, oldest: datetime) -> None:
    """Take out what only backups from before `oldest` needed."""
    keys.practices = {step: one for step, one in keys.practices.items() if one.seen >= oldest}
    keys.subjects = {look: one for look, one in keys.subjects.items() if one.seen >= oldest}
    keys.forgotten = {who: at for who, at in keys.forgotten.items() if at >= oldest}


def generations(owner: Owner) -> dict[str, int]:
    """How often each practice's keys have changed: replaced, or one of them destroyed."""
    return {str(row["practice_id"]): row["generation"] for row in owner.execute("select * from keyring").fetchall()}


def write_keys(folder: Path, keys: Keys) -> None:
    """Put the file in the place of the one there was; whole, or the old one stays. Raises: BackupFault."""
    lines = [_line({"made": keys.made.isoformat(), "generations": keys.generations})]
    lines += [
        _line(
            {
                "practice": one.practice,
                "version": one.version,
                "phase": one.phase,
                "for_recovery": b64encode(one.for_recovery).decode(),
                "seen": one.seen.isoformat(),
            }
        )
        for one in keys.practices.values()
    ]
    lines += [_subject_line(one) for one in keys.subjects.values()]
    lines += [
        _line({"practice": practice, "forgotten": subject, "at": at.isoformat()})
        for (practice, subject), at in keys.forgotten.items()
    ]
    content = b"".join(lines)
    content += _line({"lines": len(lines), "sha256": hashlib.sha256(content).hexdigest()})
    unfinished = folder / f".{NAME}.part"
    try:
        with open(unfinished, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / NAME)
        sync_folder(folder)
    except OSError as fault:
        raise BackupFault(f"{folder / NAME} cannot be written ({fault.strerror}). Make room, or mend it.") from fault


def _subject_line(one: SubjectEntry) -> bytes:
    told = {
        "practice": one.practice,
        "subject": one.subject,
        "wrapped": b64encode(one.wrapped).decode(),
        "seen": one.seen.isoformat(),
    }
    if one.next_wrapped is not None and one.next_mark is not None:
        told["next_wrapped"] = b64encode(one.next_wrapped).decode()
        told["next_mark"] = b64encode(one.next_mark).decode()
    return _line(told)


def _line(told: Mapping[str, object]) -> bytes:
    return json.dumps(told).encode() + b"\n"


def _bytes(text: object) -> bytes | None:
    return b64decode(text) if isinstance(text, str) else None


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def _numbers(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        raise ValueError("no numbers")
    return {str(name): int(number) for name, number in value.items()}
