"""Journeys in order: the index, its build and its kernels."""
