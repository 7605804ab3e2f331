"""The web app: it parses, calls one function and shows the answer; no number is computed here."""

from farled.web.app import create_app
from farled.web.server import PORT, listen, serve

__all__ = ["PORT", "create_app", "listen", "serve"]
