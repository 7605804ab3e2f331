"""Who: identifiers."""
