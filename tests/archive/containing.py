"""Containers, made here: ZIP files, mailboxes, WARC files, bags."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import brotli

TEXTS = {
    "ferry.txt": b"The ferry stopped\n\nBy Ana Ruiz\n\nNobody crossed the river on Monday.\n",
    "night/boat.html": b"<!doctype html><title>A night boat</title><p>It came at two, and left.",
}


def zipped(files: Mapping[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return kept.getvalue()


def zip_bomb(size: int, name: str = "zeros.txt") -> bytes:
    """A ZIP file with one file of so many zeros, a thousandth of it in size.

    A block of deflated zeros is repeated, which takes no time.  Source: APPNOTE.TXT, 4.3.
    """
    deflate = zlib.compressobj(9, wbits=-15)
    block = deflate.compress(bytes(1_000_000)) + deflate.flush(zlib.Z_FULL_FLUSH)
    squeezed = block * (size // 1_000_000) + b"\x03\x00"
    check = 0
    for _ in range(size // 1_000_000):
        check = zlib.crc32(bytes(1_000_000), check)
    facts = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, check, len(squeezed), size, len(name), 0)
    local = b"PK\x03\x04" + facts + name.encode() + squeezed
    entry = b"PK\x01\x02\x14\x00" + facts + bytes(14) + name.encode()
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + b"PK\x05\x06" + end


def bag(files: Mapping[str, bytes], *, algorithm: str = "sha256") -> dict[str, bytes]:
    """The files of a bag (RFC 8493) with these as its payload."""
    lines = [
        f"{hashlib.new(algorithm, content).hexdigest()}  data/{name}\n"
        for name, content in files.items()
    ]
    return {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        f"manifest-{algorithm}.txt": "".join(lines).encode(),
        **{f"data/{name}": content for name, content in files.items()},
    }


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def warc(*pages: tuple[str, bytes], compressed: bool = True, coding: str = "") -> bytes:
    """A WARC file (ISO 28500) that was answered these pages on 5 March 2021, after a page that
    was not there and a picture."""
    encode = {"br": brotli.compress, "gzip": gzip.compress, "": bytes}[coding]
    answers = [
        ("https://ledger.example/gone", "404 Not Found", "text/html", b"<p>Not here."),
        ("https://ledger.example/a.png", "200 OK", "image/png", b"\x89PNG\r\n"),
        *((address, "200 OK", "text/html; charset=utf-8", content) for address, content in pages),
    ]
    written = b""
    for address, status, kind, content in answers:
        sent = encode(content)
        coded = f"Content-Encoding: {coding}\r\n" if coding else ""
        http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{coded}\r\n".encode() + sent
        header = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\n"
            "WARC-Date: 2021-03-05T10:00:00Z\r\nContent-Type: application/http;msgtype=response"
            f"\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        record = header.encode() + http + b"\r\n\r\n"
        written += gzip.compress(record) if compressed else record
    return written
