"""Asks: the site, and the command line that composes those of the other packages."""
