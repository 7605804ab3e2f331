from pathlib import Path

import pytest

NORDBOD = Path(__file__).parents[1] / "draw" / "nordbod.yaml"


@pytest.fixture
def nordbod_text():
    """The worked example as the text of its file."""
    return NORDBOD.read_text(encoding="utf-8")
