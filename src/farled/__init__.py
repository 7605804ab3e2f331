"""Farled: a self-hosted customer-journey platform."""
