"""Overviews over a map or several: personas side by side, opportunities by effect and effort, all maps on one axis."""
