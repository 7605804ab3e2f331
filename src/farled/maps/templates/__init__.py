"""Templates: phase models and types of journey that maps begin as, in four languages."""
