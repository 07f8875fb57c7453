"""Pages of accounts, over the wire: forms, JSON, commands, and an authenticator in software."""
