"""What a purge needs: which originals are no longer kept."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("original", sa.Column("purged", sa.Boolean, nullable=False, server_default="0"))
