"""Times that opened up, to whom of the waitlist they were offered, and what became of it."""

from pathlib import Path

from alembic import op

revision = "0026"
down_revision = "0024"


def upgrade() -> None:
    """Run the SQL beside this file as it stands."""
    op.get_bind().connection.execute(Path(__file__).with_suffix(".sql").read_text())
