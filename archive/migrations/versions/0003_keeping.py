"""What keeping needs: written rows are entered for the journal, failed checks found fast."""

import sqlalchemy as sa
from alembic import op

from archive.migrations.journalling import journal

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("event_by_type", "event", ["type", "outcome"])
    op.create_table(
        "entry",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("table_name", sa.String, nullable=False),
        sa.Column("row_key", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    journal("original", "digest")
    journal("extract", "id")
    journal("record", "id")
    journal("record_original", "record_id", "digest")
    journal("revision", "record_id", "number")
    journal("provenance", "id")
    journal("statement", "id")
    journal("event", "id")
    journal("authority", "kind", "id")
    journal("authority_revision", "kind", "id", "number")
    journal("change", "seq")
    journal("relation", "id")
    journal("saved_search", "digest")
