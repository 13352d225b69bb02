"""What staff change in a connected system: its visits as they were told, how far they were followed, its notices."""

from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Run the SQL beside this file as it stands."""
    op.get_bind().connection.execute(Path(__file__).with_suffix(".sql").read_text())
