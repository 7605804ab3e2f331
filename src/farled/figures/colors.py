"""Colour in numbers: contrast, the way between two colours, and how far apart two look to different eyes."""

from math import atan2, cos, hypot, pi, sin
from typing import Final, Literal

Sight = Literal["normal", "protan", "deutan", "tritan"]
Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

SIGHTS: Final[tuple[Sight, ...]] = ("normal", "protan", "deutan", "tritan")

# Linear light as seen when one kind of cone is missing: Machado, Oliveira and Fernandes (2009), severity 1.
_MISSING: Final[dict[Sight, Matrix]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
_TO_LMS: Final[Matrix] = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB: Final[Matrix] = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB: Final[Matrix] = (
    (1, 0.3963377774, 0.2158037573),
    (1, -0.1055613458, -0.0638541728),
    (1, -0.0894841775, -1.2914855480),
)
_FROM_LMS: Final[Matrix] = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21.

    Example:
        >>> contrast("#000000", "#ffffff")
        21.0

    Source:
        Web Content Accessibility Guidelines 2.2, "contrast ratio".
    """
    dark, light = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(_light, (one, other))
    )
    return (light + 0.05) / (dark + 0.05)


def distance(one: str, other: str, sight: Sight = "normal") -> float:
    """Return how far apart two colours look: 100 times the distance in OKLab.

    Args:
        one: As ``#rrggbb``.
        other: As ``#rrggbb``.
        sight: Whose eyes: normal, or without one kind of cone.

    Example:
        >>> round(distance("#000000", "#ffffff"))
        100

    Source:
        Ottosson (2020), A perceptual color space for image processing; Machado et al. (2009), IEEE TVCG 15(6).
    """
    first, second = (_oklab(_apply(_MISSING[sight], _light(color))) for color in (one, other))
    return 100 * hypot(*(a - b for a, b in zip(first, second, strict=True)))


def between(one: str, other: str, share: float) -> str:
    """Return the colour at a share of the way from one colour to another, in OKLCH along the shorter arc.

    Example:
        >>> between("#204b6d", "#1a5772", 0), between("#204b6d", "#1a5772", 1)
        ('#204b6d', '#1a5772')
    """
    (l1, a1, b1), (l2, a2, b2) = _oklab(_light(one)), _oklab(_light(other))
    chroma = hypot(a1, b1) + (hypot(a2, b2) - hypot(a1, b1)) * share
    turn = (atan2(b2, a2) - atan2(b1, a1) + pi) % (2 * pi) - pi
    hue = atan2(b1, a1) + turn * share
    return _hex((l1 + (l2 - l1) * share, chroma * cos(hue), chroma * sin(hue)))


def _light(color: str) -> Triple:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _apply(matrix: Matrix, vector: Triple) -> Triple:
    first, second, third = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _oklab(light: Triple) -> Triple:
    long, medium, short = (max(part, 0.0) ** (1 / 3) for part in _apply(_TO_LMS, light))
    return _apply(_TO_LAB, (long, medium, short))


def _hex(lab: Triple) -> str:
    long, medium, short = (part**3 for part in _apply(_FROM_LAB, lab))
    return "#" + "".join(f"{_byte(part):02x}" for part in _apply(_FROM_LMS, (long, medium, short)))


def _byte(linear: float) -> int:
    clipped = min(max(linear, 0.0), 1.0)
    part = 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055
    return round(255 * part)
