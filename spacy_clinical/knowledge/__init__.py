"""Terminologies, the knowledge bases made of them, and what notes say as a graph."""
