"""Streams of events, their present states, and the catalogue."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def upgrade() -> None:
    _events()
    _interactions()
    _link("interaction_agents", "agent_id")
    _link("interaction_queues", "queue_id")
    op.create_table(
        "agents",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("snapshot", _json(), nullable=False),
    )
    op.create_table(
        "catalogue",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("data", _json(), nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id"),
    )


def _json() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(JSONB(), "postgresql")


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("data", _json(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "version"),
    )


def _interactions() -> None:
    op.create_table(
        "interactions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("queue", sa.Text),
        sa.Column("arrived_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("outcome", sa.Text),
        sa.Column("snapshot", _json(), nullable=False),
    )
    op.create_index("ix_interactions_arrived", "interactions", ["arrived_at", "id"])
    op.create_index(
        "ix_interactions_open",
        "interactions",
        ["arrived_at", "id"],
        sqlite_where=sa.text("closed = 0"),
        postgresql_where=sa.text("NOT closed"),
    )
    op.create_index(
        "ix_interactions_closed_ended",
        "interactions",
        ["ended_at"],
        sqlite_where=sa.text("closed = 1"),
        postgresql_where=sa.text("closed"),
    )


def _link(name: str, column: str) -> None:
    op.create_table(
        name,
        sa.Column(
            "interaction_id",
            sa.Text,
            sa.ForeignKey("interactions.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(column, sa.Text, nullable=False),
        sa.Column("arrived_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("interaction_id", column),
    )
    op.create_index(f"ix_{name}_arrived", name, [column, "arrived_at", "interaction_id"])
