"""Interactions are found by the customer's address: who calls again, who last served him."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

#: The address is in the saved state; both databases can read it there.
_FILL = {
    "sqlite": "UPDATE interactions SET address = json_extract(snapshot, '$.address')",
    "postgresql": "UPDATE interactions SET address = snapshot->>'address'",
}


def upgrade() -> None:
    op.add_column("interactions", sa.Column("address", sa.Text))
    op.execute(sa.text(_FILL[op.get_bind().dialect.name]))
    op.create_index("ix_interactions_address", "interactions", ["address", "arrived_at", "id"])
