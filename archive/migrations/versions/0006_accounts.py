"""Who may sign in: accounts, their passwords, and sessions."""

import sqlalchemy as sa
from alembic import op

from archive.migrations.journalling import journal

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("folded", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.Column("closed", sa.String),
        sa.Column("password_set", sa.String),
    )
    op.create_table(
        "password",
        sa.Column("account", sa.String, sa.ForeignKey("account.folded"), primary_key=True),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("set_at", sa.String, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("account", sa.String, sa.ForeignKey("account.folded"), nullable=False),
        sa.Column("issued", sa.String, nullable=False),
        sa.Column("expires", sa.String, nullable=False),
    )
    journal("account", "folded")
