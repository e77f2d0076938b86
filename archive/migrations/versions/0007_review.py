"""What reviewing needs: questions about records, and the answers that people gave."""

import sqlalchemy as sa
from alembic import op

from archive.migrations.journalling import journal

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("record_id", sa.String, sa.ForeignKey("record.id"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("property", sa.String, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("how", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("batch", sa.String, nullable=False, index=True),
        sa.Column("before", sa.Integer, nullable=False),
        sa.Column("after", sa.Integer, nullable=False),
        sa.Column("undone", sa.String),
    )
    op.create_index("answer_to", "answer", ["record_id", "kind", "property"])
    journal("answer", "id")
    op.create_table(
        "question",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("record_id", sa.String, sa.ForeignKey("record.id"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("property", sa.String, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("opened", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("question_about", "question", ["record_id", "kind"])
    op.create_index("question_by_age", "question", ["opened", "id"])
    op.create_table(
        "queue",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("mark", sa.String, nullable=False),
    )
