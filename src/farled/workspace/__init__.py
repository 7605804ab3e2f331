"""The workspace: wires store, index, questions and maps together."""

from farled.workspace.asking import Workspace
from farled.workspace.opening import open, read  # noqa: A004  the field's verb

__all__ = ["Workspace", "open", "read"]
