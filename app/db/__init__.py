"""The engine room: connections, base record, column types, row security, audit, the server."""
