"""Read what others write: files and mappings."""
