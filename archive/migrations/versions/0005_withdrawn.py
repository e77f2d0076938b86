"""What the desk needs: which records are withdrawn, told without reading their revisions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("record", sa.Column("withdrawn", sa.Boolean, nullable=False, server_default="0"))
