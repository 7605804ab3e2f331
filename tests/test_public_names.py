"""The names that users import, and what importing costs."""

import subprocess
import sys

import farled
from farled.questions import QUESTIONS


def test_the_public_names_are_these():
    errors = ["ConflictError", "DamagedError", "FarledError", "InputError", "MissingExtraError", "NotFoundError"]
    questions = [kind.__name__ for kind in QUESTIONS.values()]
    assert farled.__all__ == sorted([*errors, *questions, "Workspace", "open", "read"])
    assert all(getattr(farled, name) for name in farled.__all__)


def test_importing_loads_nothing_heavy():
    heavy = "('numpy', 'numba', 'pyarrow', 'pydantic')"
    script = f"import sys, farled, farled.cli.main; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
