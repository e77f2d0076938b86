"""The first catalogue: originals, extracts, records, statements, events, authorities, changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "original",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("received", sa.String, nullable=False),
    )
    op.create_table(
        "extract",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), sa.ForeignKey("original.digest"), nullable=False),
        sa.Column("reader", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("cut", sa.Boolean, nullable=False),
        sa.Column("charset", sa.String),
        sa.Column("description", sa.JSON, nullable=False),
        sa.Column("basis", sa.JSON, nullable=False),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.UniqueConstraint("digest", "reader", name="one_extract_per_reader_version"),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("added", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("extract_id", sa.Integer, sa.ForeignKey("extract.id")),
    )
    op.create_table(
        "record_original",
        sa.Column("record_id", sa.String, sa.ForeignKey("record.id"), primary_key=True),
        sa.Column("digest", sa.String(64), sa.ForeignKey("original.digest"), primary_key=True),
        sa.Column("role", sa.String, nullable=False),
    )
    op.create_index("record_original_by_digest", "record_original", ["digest"])
    op.create_table(
        "revision",
        sa.Column("record_id", sa.String, sa.ForeignKey("record.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64)),
    )
    op.create_table(
        "provenance",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("record_id", sa.String, sa.ForeignKey("record.id"), nullable=False, index=True),
        sa.Column("digest", sa.String(64), sa.ForeignKey("original.digest"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("extract_id", sa.Integer, sa.ForeignKey("extract.id"), index=True),
        sa.Column("provenance_id", sa.Integer, sa.ForeignKey("provenance.id"), index=True),
        sa.Column("property", sa.String, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("pending", sa.Boolean, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("digest", sa.String(64), sa.ForeignKey("original.digest"), index=True),
        sa.Column("record_id", sa.String, sa.ForeignKey("record.id"), index=True),
    )
    op.create_table(
        "authority",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "authority_revision",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("agent", sa.String, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64)),
    )
    op.create_table(
        "change",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("record_id", sa.String, sa.ForeignKey("record.id")),
        sqlite_autoincrement=True,
    )
