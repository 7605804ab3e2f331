"""Names for customers that tell nothing about them, the same each time in one workspace."""

import os
import secrets
from base64 import b32encode
from hashlib import blake2b
from pathlib import Path

from farled.events.folder import Folder
from farled.maps.load import write_text

KEY_FILE = "pseudonyms.key"


class Pseudonyms:
    """Makes pseudonyms by a secret key.

    Args:
        key: 32 secret bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def of(cls, folder: Folder | None) -> "Pseudonyms":
        """Return those of a workspace: its key lies in its folder, made when first needed; in memory a fresh one."""
        if folder is None:
            return cls(secrets.token_bytes(32))
        path = folder.path / KEY_FILE
        return cls(bytes.fromhex(path.read_text(encoding="ascii")) if path.exists() else _made(path))

    def name(self, customer: str) -> str:
        """Return the pseudonym of a customer: eight letters and digits, such as ``K7Q2-M9XA``."""
        digest = blake2b(customer.encode(), key=self._key, digest_size=5).digest()
        letters = b32encode(digest).decode()
        return f"{letters[:4]}-{letters[4:]}"


def _made(path: Path) -> bytes:
    key = secrets.token_bytes(32)
    write_text(key.hex(), path)
    os.chmod(path, 0o600)
    return key
