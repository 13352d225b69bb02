"""Staff, their sessions and what they may do."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the SQL beside this file as it stands."""
    op.get_bind().connection.execute(Path(__file__).with_suffix(".sql").read_text())
