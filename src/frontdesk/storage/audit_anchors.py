"""Anchors: what the audit's chain was at a moment, signed, to be kept where the database's owner cannot reach.

A chain whose end was cut off is whole in itself. It is not, seen from an anchor that was taken before.
"""

import json
import os
import shutil
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from frontdesk.domain.ids import PracticeId
from frontdesk.storage.audit_chain import head
from frontdesk.storage.database import Db
from frontdesk.vault.audit_keys import AuditKeys, is_signed
from frontdesk.vault.cipher import binding

FOLDER = "anchors"


class AnchorWrong(ValueError):
    """A line is no anchor of this practice; the text says what is wrong with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """The chain as it was `at` a moment: so many events, and the hash of the last link."""

    seq: int
    hash: bytes
    at: datetime


async def take_anchor(db: Db, *, now: datetime) -> str:
    """An anchor of the chain as it stands, as one line of JSON with its signature and the key to check it by."""
    last, keys = await head(db), db.keyring.audit
    anchor = Anchor(seq=last.seq, hash=last.hash, at=now.replace(microsecond=0))
    public_key = keys.public_key(keys.version)
    assert public_key is not None
    return json.dumps(
        {
            "practice": str(db.practice),
            "events": anchor.seq,
            "hash": anchor.hash.hex(),
            "at": anchor.at.isoformat(),
            "key_version": keys.version,
            "ed25519_public_key": b64encode(public_key).decode(),
            "signature": b64encode(keys.sign(_content(db.practice, anchor))).decode(),
        }
    )


def anchors_file(home: Path, practice: PracticeId) -> Path:
    """Where a practice's anchors are kept beside the data: whoever changes the database alone cannot change them."""
    return home / FOLDER / f"{practice}.jsonl"


async def keep_anchor(db: Db, home: Path, *, now: datetime) -> None:
    """Add an anchor to the practice's file."""
    _append(await take_anchor(db, now=now), anchors_file(home, db.practice))


def forget_anchors(home: Path) -> None:
    """Throw the kept anchors away, with the demo's data that they belong to."""
    shutil.rmtree(home / FOLDER, ignore_errors=True)


def _append(line: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(file, "a", encoding="utf-8", opener=_only_ours) as kept:
        kept.write(line + "\n")


def _only_ours(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def read_anchors(text: str, practice: PracticeId, keys: AuditKeys) -> list[Anchor]:
    """The anchors of that practice in a file of lines; other practices' are passed over.

    Raises: AnchorWrong where a line is no anchor, or was not signed with the practice's key.
    """
    anchors = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and (anchor := _read(line, number, practice, keys)) is not None:
            anchors.append(anchor)
    return anchors


def _read(line: str, number: int, practice: PracticeId, keys: AuditKeys) -> Anchor | None:
    try:
        told = json.loads(line)
        if told["practice"] != str(practice):
            return None
        anchor = Anchor(
            seq=int(told["events"]),
            hash=bytes.fromhex(told["hash"]),
            at=datetime.fromisoformat(told["at"]).astimezone(UTC),
        )
        version, signature = int(told["key_version"]), b64decode(told["signature"])
    except (ValueError, KeyError, TypeError):
        raise AnchorWrong(f"line {number} is no anchor; give a file that `frontdesk audit anchor` wrote") from None
    public_key = keys.public_key(version)
    if public_key is None or not is_signed(_content(practice, anchor), signature, public_key=public_key):
        raise AnchorWrong(f"line {number} was changed: its signature is not of this practice's key")
    return anchor


def _content(practice: PracticeId, anchor: Anchor) -> bytes:
    """What is signed: each part with its length before it, so that no other parts give the same."""
    return binding("frontdesk audit anchor", practice.bytes, str(anchor.seq), anchor.hash, anchor.at.isoformat())
