"""The living journey map: intent beside measurement."""
