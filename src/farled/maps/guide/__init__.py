"""The guide: one way of working for the whole life of a map, its checklist, its levers and the advisor of types."""
