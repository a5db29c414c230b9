"""The tables, as the newest migration leaves them. `arrived_at`, `at` and the like: epoch seconds.

`interactions` and `agents` hold the present state as JSON (`snapshot`); the columns beside it are there
to be searched by. `events` is the history: `(stream, version)` is unique, which is the last guard against
two processes that save the same step. `audit`: `before` and `after` are the changed entry as JSON,
`said` is what `detail` is said by in another language.

`customers.name_key` is UTF-8: bytes are in one order whatever the database's language, so that a range of it
is all that begins so. `identities.key` is the last guard against two customers with one identity.
`customer_contacts` has no foreign key to `interactions`: pruning takes its rows along.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from controller.adapters.db.codec import clean_text


class CleanText(TypeDecorator[str]):
    """Text whose parameters can be stored and asked for whatever a peer put in them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean_text(value)


#: JSON text as `Codec` made it; the engine is told to pass it through as it is.
Json = Text().with_variant(JSONB(), "postgresql")

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("stream", CleanText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("data", Json, nullable=False),
    PrimaryKeyConstraint("stream", "version"),
)

interactions = Table(
    "interactions",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("channel", CleanText, nullable=False),
    Column("state", Text, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("queue", CleanText),
    Column("arrived_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("outcome", Text),
    Column("snapshot", Json, nullable=False),
    Column("address", CleanText),
    Index("ix_interactions_address", "address", "arrived_at", "id"),
    Index("ix_interactions_arrived", "arrived_at", "id"),
    Index(
        "ix_interactions_open",
        "arrived_at",
        "id",
        sqlite_where=text("closed = 0"),
        postgresql_where=text("NOT closed"),
    ),
    Index(
        "ix_interactions_closed_ended",
        "ended_at",
        sqlite_where=text("closed = 1"),
        postgresql_where=text("closed"),
    ),
)


def _link(name: str, column: str) -> Table:
    """Which interactions an agent or a queue had. `arrived_at` is repeated so that one index serves."""
    return Table(
        name,
        metadata,
        Column(
            "interaction_id",
            CleanText,
            ForeignKey("interactions.id", ondelete="CASCADE"),
            nullable=False,
        ),
        Column(column, CleanText, nullable=False),
        Column("arrived_at", Double, nullable=False),
        PrimaryKeyConstraint("interaction_id", column),
        Index(f"ix_{name}_arrived", column, "arrived_at", "interaction_id"),
    )


interaction_agents = _link("interaction_agents", "agent_id")
interaction_queues = _link("interaction_queues", "queue_id")

agents = Table(
    "agents",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("snapshot", Json, nullable=False),
)

catalogue = Table(
    "catalogue",
    metadata,
    Column("kind", Text, nullable=False),
    Column("id", CleanText, nullable=False),
    Column("data", Json, nullable=False),
    Column("updated_at", Double, nullable=False),
    PrimaryKeyConstraint("kind", "id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Double, nullable=False),
    Column("who", CleanText, nullable=False),
    Column("role", Text, nullable=False),
    Column("address", CleanText, nullable=False),
    Column("action", CleanText, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", CleanText, nullable=False),
    Column("said", Text),
    Column("kind", Text),
    Column("before", Text),
    Column("after", Text),
    Index("ix_audit_at", "at"),
    Index("ix_audit_who", "who", "id"),
    Index("ix_audit_action", "action", "id"),
    Index("ix_audit_subject", "subject", "id"),
    sqlite_autoincrement=True,  # the id of a row that was taken away never comes again
)


customers = Table(
    "customers",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("name", CleanText, nullable=False),
    Column("name_key", LargeBinary, nullable=False),
    Column("note", CleanText, nullable=False),
    Column("language", CleanText, nullable=False),
    Column("merged_into", CleanText, ForeignKey("customers.id")),
    Index("ix_customers_name", "name_key", "id"),
    Index("ix_customers_merged", "merged_into"),
)

identities = Table(
    "identities",
    metadata,
    Column("key", CleanText, primary_key=True),
    Column("customer_id", CleanText, ForeignKey("customers.id"), nullable=False),
    Column("since", Double, nullable=False),
    Column("source", Text, nullable=False),
    Column("verified", Boolean, nullable=False),
    Index("ix_identities_customer", "customer_id", "since"),
)

customer_contacts = Table(
    "customer_contacts",
    metadata,
    Column("interaction_id", CleanText, primary_key=True),
    Column("customer_id", CleanText, ForeignKey("customers.id"), nullable=False),
    Column("arrived_at", Double, nullable=False),
    Index("ix_customer_contacts_customer", "customer_id", "arrived_at", "interaction_id"),
    Index("ix_customer_contacts_arrived", "arrived_at"),
)

customer_merges = Table(
    "customer_merges",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Double, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("customer_id", CleanText, ForeignKey("customers.id"), nullable=False),
    Column("into_id", CleanText, ForeignKey("customers.id"), nullable=False),
    Column("words", CleanText, nullable=False),
    Column("identity_key", CleanText),
    Column("contact", CleanText),
    Column("undone_at", Double),
    Column("undone_by", CleanText, nullable=False),
    Column("undone_why", CleanText, nullable=False),
    Index("ix_customer_merges_customer", "customer_id", "at"),
    Index("ix_customer_merges_into", "into_id", "at"),
)
