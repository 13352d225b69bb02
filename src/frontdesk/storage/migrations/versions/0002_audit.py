"""The record of who saw and did what."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the SQL beside this file as it stands."""
    op.get_bind().connection.execute(Path(__file__).with_suffix(".sql").read_text())
