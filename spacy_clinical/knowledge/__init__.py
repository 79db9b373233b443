"""Terminologies, and the knowledge bases made of them."""
