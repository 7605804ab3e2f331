"""The ways by which a message leaves: the console, mail, webhooks; all of them through the outbox."""
