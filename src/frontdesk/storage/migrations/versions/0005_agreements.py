"""Business associates, consents, and how long things are kept."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the SQL beside this file as it stands."""
    op.get_bind().connection.execute(Path(__file__).with_suffix(".sql").read_text())
