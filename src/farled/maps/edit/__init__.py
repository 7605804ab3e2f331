"""Writes changes of a map into its YAML: only the lines that say it differ, all others keep every byte."""

from farled.maps.edit.edited import edited
from farled.maps.edit.saving import hash_of_text, save

__all__ = ["edited", "hash_of_text", "save"]
