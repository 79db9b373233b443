"""One file format of notes a module."""
