"""Migrations of the tables: one file per version, run by `farled.state.migrating`."""
