"""Findings of a whole report: their phrases as mentions, and what the mentions say together."""
