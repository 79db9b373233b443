"""Pages that people look at: notes with their annotation, evaluation reports, explanations.

They hold the text of notes on purpose, and each page says so.
"""

from .display import NotePage, display
from .notes_page import render

__all__ = ["NotePage", "display", "render"]
