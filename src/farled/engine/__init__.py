"""Run a question over journeys; nobody else knows where it runs."""
