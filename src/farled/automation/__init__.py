"""Keeps an eye on the maps: KPIs over time, alerts, and the channels by which people are told."""
