"""What containers need: a table of their parts."""

import sqlalchemy as sa
from alembic import op

from archive.migrations.journalling import journal

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "part",
        sa.Column("container", sa.String, sa.ForeignKey("original.digest"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String, sa.ForeignKey("original.digest"), nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
    )
    op.create_index("ix_part_digest", "part", ["digest"])
    journal("part", "container", "position")
