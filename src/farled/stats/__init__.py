"""Numbers in, numbers out: intervals and survival. Nothing here knows an event."""
