"""The demo shop: made-up customers with known truth."""
