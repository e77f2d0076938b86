"""Keeps: originals, readers, the catalogue, authorities, history, events.

Knows nothing of the index or of the web.
"""

__version__ = "0.1.0"
