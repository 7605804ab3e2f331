"""Texts of customers: their language, their feeling, what they speak of."""
