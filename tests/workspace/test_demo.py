"""The demo workspace: built once, whole, and the same again."""

import json

import pytest

from farled import InputError
from farled.workspace.demo import MAP, demo


def test_it_is_built_once_and_then_opened(tmp_path):
    done = []
    shop = demo(tmp_path / "shop", customers=60, step=done.append)
    assert (shop.customers, shop.maps()) == (60, ("nordbod-business", MAP))
    assert json.loads((tmp_path / "shop" / "truth.json").read_text())["customers"] == 60
    again = []
    assert demo(tmp_path / "shop", customers=60, step=again.append).events == shop.events
    assert len(again) < len(done)


def test_a_folder_with_another_shop_is_refused(tmp_path):
    demo(tmp_path / "shop", customers=60)
    with pytest.raises(InputError, match="60 customers and seed 7"):
        demo(tmp_path / "shop", customers=61)


def test_a_build_that_was_cut_off_is_completed(tmp_path):
    demo(tmp_path / "shop", customers=60)
    (tmp_path / "shop" / "demo.json").unlink()
    assert demo(tmp_path / "shop", customers=60).customers == 60
