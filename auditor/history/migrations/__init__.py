"""How the database came to its tables, step by step. A step that was released is never changed."""
