"""The store and the catalogue on SQLite or PostgreSQL. Nothing else in Tandem knows SQLAlchemy."""
