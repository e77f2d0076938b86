"""What the worker needs: a table of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("asked_at", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("wish", sa.String, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer),
        sa.Column("rate", sa.Float),
        sa.Column("started", sa.String),
        sa.Column("ended", sa.String),
        sa.Column("worker", sa.String),
        sa.Column("lease", sa.String),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("failures", sa.JSON, nullable=False),
    )
