"""Reads maps from other files; it never overwrites one."""
