"""A map as JSON: file, numbers, findings."""

import json
from dataclasses import asdict

from farled.maps.export.taken import Taken


def plain_json(taken: Taken) -> bytes:
    """Return map, snapshot and findings as one JSON object."""
    whole = {
        "map": taken.map.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "snapshot": taken.snapshot,
        "findings": [asdict(finding) for finding in taken.findings],
    }
    return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()


def yaml_file(taken: Taken) -> bytes:
    """Return the map file itself, with the entries of the catalogue that it needs to stand alone."""
    return taken.yaml.encode()
