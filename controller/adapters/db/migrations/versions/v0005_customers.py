"""Customers: who they are, by which identities they are known, whose each contact was, who is one person."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("merged_into", sa.Text, sa.ForeignKey("customers.id")),
    )
    op.create_index("ix_customers_name", "customers", ["name_key", "id"])
    op.create_index("ix_customers_merged", "customers", ["merged_into"])
    op.create_table(
        "identities",
        sa.Column("key", sa.Text, primary_key=True),
        _customer("customer_id"),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
    )
    op.create_index("ix_identities_customer", "identities", ["customer_id", "since"])
    op.create_table(
        "customer_contacts",
        sa.Column("interaction_id", sa.Text, primary_key=True),
        _customer("customer_id"),
        sa.Column("arrived_at", sa.Double, nullable=False),
    )
    order = ["customer_id", "arrived_at", "interaction_id"]
    op.create_index("ix_customer_contacts_customer", "customer_contacts", order)
    op.create_index("ix_customer_contacts_arrived", "customer_contacts", ["arrived_at"])
    op.create_table(
        "customer_merges",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        _customer("customer_id"),
        _customer("into_id"),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("identity_key", sa.Text),
        sa.Column("contact", sa.Text),
        sa.Column("undone_at", sa.Double),
        sa.Column("undone_by", sa.Text, nullable=False),
        sa.Column("undone_why", sa.Text, nullable=False),
    )
    op.create_index("ix_customer_merges_customer", "customer_merges", ["customer_id", "at"])
    op.create_index("ix_customer_merges_into", "customer_merges", ["into_id", "at"])


def _customer(column: str) -> sa.Column[str]:
    return sa.Column(column, sa.Text, sa.ForeignKey("customers.id"), nullable=False)
