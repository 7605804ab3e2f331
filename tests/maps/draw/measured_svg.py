"""Reads the places of things back from a drawn picture."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations, islice

from farled.maps.draw.pen import FACES, Box

SVG = "{http://www.w3.org/2000/svg}"
FACE = {face.name: face for face in FACES}
NUMBER = re.compile(r"-?\d*\.?\d+")


class Drawn:
    """A picture with its boxes."""

    def __init__(self, svg):
        self.root = ET.fromstring(svg)
        self.width, self.height = (float(part) for part in self.root.get("viewBox").split()[2:])
        self.texts, self.boxes, self.ways = [], [], []
        self._walk(self.root, 0.0, 0.0)
        self.pills = self._pills()

    def _walk(self, node, dx, dy):
        if node.tag in (f"{SVG}defs", f"{SVG}style") or "icon" in node.get("class", "").split():
            return
        moved = NUMBER.findall(node.get("transform", "")) if "translate" in node.get("transform", "") else (0, 0)
        dx, dy = dx + float(moved[0]), dy + float(moved[1])
        names = node.get("class", "").split()
        if node.tag == f"{SVG}text":
            self.texts.append((node.text, _text_box(node, dx, dy)))
        elif node.tag == f"{SVG}rect":
            x, y, w, h = (float(node.get(key)) for key in ("x", "y", "width", "height"))
            self.boxes.append((names, Box(x + dx, y + dy, w, h)))
        elif node.tag == f"{SVG}circle":
            x, y, r = (float(node.get(key)) for key in ("cx", "cy", "r"))
            self.boxes.append((names, Box(x - r + dx, y - r + dy, 2 * r, 2 * r)))
        elif node.tag == f"{SVG}path" and re.fullmatch(r"[MLCHVZ\d .-]+", node.get("d")):
            xs, ys = _corners(node.get("d"))
            self.boxes.append((names, Box(min(xs) + dx, min(ys) + dy, max(xs) - min(xs), max(ys) - min(ys))))
            if "way" in names and not dx and not dy:
                half = float(node.get("stroke-width")) / 2
                self.ways.append((half, list(_sampled(list(zip(xs, ys, strict=True))))))
        for child in node:
            self._walk(child, dx, dy)

    def _pills(self):
        """Names and boxes of touchpoints on the map."""
        found = []
        for mark in self.root.iter(f"{SVG}g"):
            if "mark" not in mark.get("class", "").split():
                continue
            rect = mark.find(f"{SVG}rect")
            if rect is not None and "pill" in rect.get("class").split() and "unmapped" not in rect.get("class"):
                name = [text.text for text in mark.findall(f"{SVG}text") if "met" in text.get("class").split()]
                box = Box(*(float(rect.get(key)) for key in ("x", "y", "width", "height")))
                found.append((name, box))
        return found

    def cut_names(self):
        """Names that run out of their pill."""
        found = []
        for mark in self.root.iter(f"{SVG}g"):
            rect = mark.find(f"{SVG}rect")
            if rect is not None and "pill" in rect.get("class", "").split():
                box = Box(*(float(rect.get(key)) for key in ("x", "y", "width", "height")))
                texts = [node for node in mark.findall(f"{SVG}text") if "met" in node.get("class").split()]
                found += [node.text for node in texts if not _inside(box.grown(-3), _text_box(node, 0, 0))]
        return found

    def outside(self):
        """What leaves the canvas."""
        canvas = Box(0, 0, self.width, self.height)
        every = [(str(names), box) for names, box in self.boxes] + self.texts
        return [(name, box) for name, box in every if not _holds(canvas, box)]

    def overlapping_texts(self):
        """Pairs of texts that share room."""
        boxes = sorted(((text, box.grown(-0.6)) for text, box in self.texts), key=lambda each: each[1].y)
        found = []
        for at, (one, a) in enumerate(boxes):
            for two, b in islice(boxes, at + 1, None):
                if b.y >= a.bottom:
                    break
                found += [(one, two)] if a.meets(b) else []
        return found

    def overlapping_pills(self, apart):
        """Pairs of pills nearer than so much."""
        pairs = combinations(self.pills, 2)
        return [(one, two) for (one, a), (two, b) in pairs if a.grown(apart / 2).meets(b.grown(apart / 2))]

    def hidden_ways(self):
        """Pills that a transition runs behind though it neither starts nor ends there."""
        found = []
        for half, points in self.ways:
            ends = (points[0], points[-1])
            for name, box in self.pills:
                if not any(_near(box.grown(half + 14), end) for end in ends) and any(_near(box, p) for p in points):
                    found.append(name)
        return found

    def strayed_ways(self, left, right):
        """Transitions that leave the room between two x, with their edges."""
        every = [(min(x for x, _ in way) - half, max(x for x, _ in way) + half) for half, way in self.ways]
        return [(low, high) for low, high in every if low < left - 0.1 or high > right + 0.1]


def _inside(outer, inner):
    return outer.x <= inner.x and outer.y <= inner.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def _corners(data):
    """The points of a path, those that bend it among them."""
    xs, ys = [], []
    for command, rest in re.findall(r"([MLCHV])([^A-Z]*)", data):
        numbers = [float(part) for part in NUMBER.findall(rest)]
        xs += numbers[::2] if command in "MLC" else numbers if command == "H" else [xs[-1]]
        ys += numbers[1::2] if command in "MLC" else numbers if command == "V" else [ys[-1]]
    return xs, ys


def _near(box, point):
    return box.x < point[0] < box.right and box.y < point[1] < box.bottom


def _holds(canvas, box):
    return box.x >= -0.1 and box.y >= -0.1 and box.right <= canvas.w + 0.1 and box.bottom <= canvas.h + 0.1


def _text_box(node, dx, dy):
    face = FACE[node.get("class").split()[0]]
    x, y, w = float(node.get("x")) + dx, float(node.get("y")) + dy, face.width(node.text or "")
    left = {"end": x - w, "middle": x - w / 2}.get(node.get("text-anchor"), x)
    return Box(left, y - 0.74 * face.size, w, 0.95 * face.size)


def _sampled(points):
    for at in range(0, len(points) - 3, 3):
        a, b, c, d = points[at : at + 4]
        for step in range(21):
            t = step / 20
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
            yield tuple(sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
