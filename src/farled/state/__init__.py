"""What changes row by row: one SQL database per workspace, SQLite or PostgreSQL."""
