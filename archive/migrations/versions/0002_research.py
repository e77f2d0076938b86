"""What researchers leave behind: relations between records, and searches that were cited."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("ix_record_extract_id", "record", ["extract_id"])
    op.create_table(
        "relation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
        sa.Column("record_id", sa.String, sa.ForeignKey("record.id"), nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("other_id", sa.String, sa.ForeignKey("record.id"), nullable=False, index=True),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_table(
        "saved_search",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
