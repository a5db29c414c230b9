"""Why something was refused, for people who read another language: code and values beside the words."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("audit", sa.Column("said", sa.Text))
