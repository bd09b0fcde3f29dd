"""What is told to others once the reports are written: pipelines, log tables, chats.

Senders see the result and do I/O, so they are neither writers nor engine; only the command line calls them.
Whatever fails here fails after the audit: it is one line on stderr and never changes the exit code.
"""
