"""One frozen dataclass per ARM type that is read: its fields, their paths and what absent means."""
