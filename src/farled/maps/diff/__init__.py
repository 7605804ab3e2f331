"""What differs between two versions of a map: by id, in words, as a picture, and back into the file."""

from farled.maps.diff.apply import apply
from farled.maps.diff.change import Change, Diff, Rename
from farled.maps.diff.compare import diff

__all__ = ["Change", "Diff", "Rename", "apply", "diff"]
