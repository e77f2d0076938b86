"""The catalogue's tables, as SQLAlchemy Core sees them.  `archive/migrations` creates them.

Rows are only ever added, except for the two pointers to a newest revision
(`record.revision`, `authority.revision`) and what they carry along.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = "0010"
"""The newest migration; a catalogue at another version is not opened."""

metadata = MetaData()

original = Table(
    "original",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media_type", String, nullable=False),
    Column("received", String, nullable=False),
    Column("purged", Boolean, nullable=False, server_default="0"),
)

extract = Table(
    "extract",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", ForeignKey("original.digest"), nullable=False),
    Column("reader", String, nullable=False),
    Column("at", String, nullable=False),
    Column("text", Text),
    Column("cut", Boolean, nullable=False),
    Column("charset", String),
    Column("description", JSON, nullable=False),
    Column("basis", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    UniqueConstraint("digest", "reader", name="one_extract_per_reader_version"),
)

record = Table(
    "record",
    metadata,
    Column("id", String, primary_key=True),
    Column("added", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("extract_id", ForeignKey("extract.id"), index=True),
    Column("withdrawn", Boolean, nullable=False, server_default="0"),
)

record_original = Table(
    "record_original",
    metadata,
    Column("record_id", ForeignKey("record.id"), primary_key=True),
    Column("digest", ForeignKey("original.digest"), primary_key=True),
    Column("role", String, nullable=False),
    Index("record_original_by_digest", "digest"),
)

part = Table(
    "part",
    metadata,
    Column("container", ForeignKey("original.digest"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("digest", ForeignKey("original.digest"), nullable=False, index=True),
    Column("path", String, nullable=False),
    Column("name", String, nullable=False),
)
"""Which originals came in which, where in there, and the name that the container came under."""

revision = Table(
    "revision",
    metadata,
    Column("record_id", ForeignKey("record.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64)),
)

provenance = Table(
    "provenance",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("digest", ForeignKey("original.digest"), nullable=False),
    Column("name", String, nullable=False),
    Column("at", String, nullable=False),
    Column("agent", String, nullable=False),
)

statement = Table(
    "statement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("extract_id", ForeignKey("extract.id"), index=True),
    Column("provenance_id", ForeignKey("provenance.id"), index=True),
    Column("property", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("place", String, nullable=False),
    Column("pending", Boolean, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("type", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("digest", ForeignKey("original.digest"), index=True),
    Column("record_id", ForeignKey("record.id"), index=True),
    Index("event_by_type", "type", "outcome"),
)

authority = Table(
    "authority",
    metadata,
    Column("kind", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("content", Text, nullable=False),
)

authority_revision = Table(
    "authority_revision",
    metadata,
    Column("kind", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64)),
)

change = Table(
    "change",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("record_id", ForeignKey("record.id")),
    Column("authority", String),
    sqlite_autoincrement=True,
)
"""What the indexer has to look at, in order: a record, or an authority (`kind/id`).  Neither
means: any number of authorities."""

relation = Table(
    "relation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("other_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("reason", String, nullable=False),
)
"""What people decided about two records; the newest row for a pair is in force."""

saved_search = Table(
    "saved_search",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("at", String, nullable=False),
    Column("content", Text, nullable=False),
)
"""Searches that were cited: canonical JSON, by its SHA-256."""

answer = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("property", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("how", String, nullable=False),
    Column("at", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("batch", String, nullable=False, index=True),
    Column("before", Integer, nullable=False),
    Column("after", Integer, nullable=False),
    Column("undone", String),
    Index("answer_to", "record_id", "kind", "property"),
)
"""How people settled questions about records; in force unless `undone` says when and by whom."""

question = Table(
    "question",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("property", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("opened", String, nullable=False),
    Index("question_about", "record_id", "kind"),
    Index("question_by_age", "opened", "id"),
    sqlite_autoincrement=True,
)
"""What needs a person.  Drawn from the records, and not in the journal: it can be drawn again."""

queue = Table(
    "queue",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("mark", String, nullable=False),
)
"""The one change up to which the questions have been drawn."""

entry = Table(
    "entry",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("table_name", String, nullable=False),
    Column("row_key", String, nullable=False),
    sqlite_autoincrement=True,
)
"""Which row was written, in order, for the journal: its table and its primary key, as SQL
literals with commas between.  Triggers enter every insert, update and delete."""

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("wish", String, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("rate", Float),
    Column("started", String),
    Column("ended", String),
    Column("worker", String),
    Column("lease", String),
    Column("attempts", Integer, nullable=False),
    Column("message", String, nullable=False),
    Column("failures", JSON, nullable=False),
)
"""What was asked of the worker and what came of it.  Its rows change while a job runs; they
are no part of what the archive keeps, and not in the journal."""

account = Table(
    "account",
    metadata,
    Column("folded", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("created", String, nullable=False),
    Column("closed", String),
    Column("password_set", String),
)
"""Who may sign in, by name with what is the same for all ways to write it as the key."""

password = Table(
    "password",
    metadata,
    Column("account", ForeignKey("account.folded"), primary_key=True),
    Column("hash", String, nullable=False),
    Column("set_at", String, nullable=False),
)
"""The newest password of each account, hashed; counts if it was set when the account says."""

session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account", ForeignKey("account.folded"), nullable=False),
    Column("issued", String, nullable=False),
    Column("expires", String, nullable=False),
)
"""Who is signed in, by the SHA-256 of a token that only the browser has."""
