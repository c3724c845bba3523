"""Plans, grants, the append-only ledger, balances. Knows only the database."""
