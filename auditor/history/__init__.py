"""The history: each run kept in a database, and what it says of the next. The schema: docs/history.md."""
