"""The readers: from an original's bytes to an extract, one row a kind of file."""

from __future__ import annotations

import resource

from archive.readers.sniffing import DOCX, media_type_of
from archive.reading import UNREAD, Reader, Source
from archive.record import Extract

__all__ = ["READERS", "key_for", "media_type_of", "read"]

# The readers' libraries take a third of a second to import, and who only searches reads no
# original: each reader is imported when it is first used.


def _html(source: Source) -> Extract:
    from archive.readers import html

    return html.read(source)


def _plain(source: Source) -> Extract:
    from archive.readers import plain

    return plain.read(source)


def _pdf(source: Source) -> Extract:
    from archive.readers import pdf

    return pdf.read(source)


def _docx(source: Source) -> Extract:
    from archive.readers import docx

    return docx.read(source)


def _mail(source: Source) -> Extract:
    from archive.readers import mail

    return mail.read(source)


READERS: tuple[Reader, ...] = (
    Reader("html", 4, frozenset({"text/html"}), _html),
    Reader("text", 4, frozenset({"text/plain"}), _plain),
    Reader("pdf", 3, frozenset({"application/pdf"}), _pdf),
    Reader("docx", 3, frozenset({DOCX}), _docx),
    Reader("mail", 3, frozenset({"message/rfc822"}), _mail),
)


def key_for(name: str) -> str:
    """What keys the extracts of the reader of this name, as its row says."""
    return next(reader.key for reader in READERS if reader.name == name)


def read(source: Source) -> Extract:
    """Read an original with the reader of its media type.  Raises nothing but `MemoryError`;
    `archive.extraction` is the way to an extract that does not raise that either.

    Where no reader takes it, the extract has no text and its warning says why.
    """
    media_type = media_type_of(source.content, source.name)
    for reader in READERS:
        if media_type in reader.media_types:
            try:
                extract = reader.read(source)
                if extract.text is None and _memory_is_spent():
                    raise MemoryError  # of which a parser may have made an empty page
                return extract
            except Exception as error:  # whatever a library does, the original is kept
                if isinstance(error, MemoryError) or _memory_is_spent():
                    raise MemoryError from error
                reason = f"the {reader.name} reader failed ({type(error).__name__})"
                if isinstance(error, RecursionError):
                    reason = "what it is made of is nested too deep"
                told = f"Text not extracted: {reason}."
                return Extract(reader.key, None, warnings=(told,))
    kind = "binary data" if media_type == "application/octet-stream" else media_type
    return Extract(UNREAD, None, warnings=(f"Text not extracted: no reader for {kind}.",))


def _memory_is_spent() -> bool:
    """Whether a reader may have failed for want of memory: what a library makes of an
    allocation that is refused can be any error."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return limit != resource.RLIM_INFINITY and most > limit / 2
