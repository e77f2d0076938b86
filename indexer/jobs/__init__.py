"""Jobs: the long things that the worker does, one after the other, while the site answers."""
