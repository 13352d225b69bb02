"""Calls as their carrier knows them, so that one can be put through to a person and come back."""

from pathlib import Path

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Run the SQL beside this file as it stands."""
    op.get_bind().connection.execute(Path(__file__).with_suffix(".sql").read_text())
