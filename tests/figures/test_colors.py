from itertools import combinations

import pytest

from farled.errors import NotFoundError
from farled.figures.colors import SIGHTS, between, contrast, distance
from farled.figures.tokens import THEMES, channel_color, color, depths, roles, tokens, variables

SURFACES = ("paper", "surface", "sunk")
TEXTS = ("ink", "ink-2", "ink-3", "fjord", "pos", "neg", "warn", "claim")
pytestmark = pytest.mark.parametrize("theme", THEMES)


@pytest.mark.parametrize("role", TEXTS)
def test_text_stands_out_on_every_surface(theme, role):
    assert min(contrast(color(role, theme), color(surface, theme)) for surface in SURFACES) >= 4.5


def test_text_stands_out_on_its_own_tint(theme):
    for role in ("pos", "neg"):
        assert contrast(color(role, theme), color(f"{role}-tint", theme)) >= 4.5
    for tint in ("pos-tint", "neg-tint", *(f"phase-{step}" for step in range(1, 6))):
        assert contrast(color("ink", theme), color(tint, theme)) >= 4.5


def test_graphics_stand_out_on_the_surface(theme):
    for role in ("transition", "line-strong", "focus", "star-edge", *(f"channel-{at}" for at in range(1, 7))):
        assert contrast(color(role, theme), color("surface", theme)) >= 3


@pytest.mark.parametrize("sight", SIGHTS)
def test_channels_look_different_to_all_eyes(theme, sight):
    channels = [channel_color(place, theme) for place in range(6)]
    assert min(distance(one, other, sight) for one, other in combinations(channels, 2)) >= 10


@pytest.mark.parametrize("count", range(1, 13))
def test_white_text_stands_out_on_every_phase_header(theme, count):
    tones = depths(count, theme)
    assert len(set(tones)) == count
    assert min(contrast(tone, color("on-depth", theme)) for tone in tones) >= 5.8


def test_both_themes_know_the_same_roles(theme):
    assert tokens(theme).keys() == tokens("light").keys()
    assert variables(theme).count(":#") == len(roles(theme))


def test_numbers_stand_out_on_every_step_of_the_scale(theme):
    steps = [roles(theme)[f"scale-{step}"] for step in range(1, 8)]
    texts = [color("ink", theme)] * 5 + [color("surface", theme)] * 2
    assert min(contrast(step, text) for step, text in zip(steps, texts, strict=True)) >= 4.5


def test_an_unknown_role_names_the_nearest(theme):
    with pytest.raises(NotFoundError, match="fjrod"):
        color("fjrod", theme)


def test_a_seventh_channel_begins_again(theme):
    assert channel_color(6, theme) == channel_color(0, theme)


def test_the_way_between_two_colours_begins_and_ends_at_them(theme):
    one, other = color("fjord", theme), color("neg", theme)
    assert (between(one, other, 0), between(one, other, 1)) == (one, other)
