"""Smile Aesthetics, an invented medspa in Austin, Texas, read from the files beside this module."""

from pathlib import Path
from uuid import UUID

from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.reception.practice_files import read_practice

SMILE_FOLDER = Path(__file__).parent / "smile"
SMILE_ID = PracticeId(UUID("5a11e000-0000-4000-8000-000000000001"))


def smile() -> Practice:
    """The sample practice as its files have it."""
    return read_practice(SMILE_FOLDER, id=SMILE_ID)
