"""Which records have text from one another: republications and shared passages.

What is kept, in `index/reuse/`, is kept per extract and not per generation: a reindex does
not touch it.  Like all of `index/` it may be deleted and is made again from the catalogue.
"""
