"""The facts: the event schema, the durable store, imports, and the folder that holds them."""
