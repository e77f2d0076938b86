"""What authorities need: which of them changed is told to the indexer."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("change", sa.Column("authority", sa.String))
