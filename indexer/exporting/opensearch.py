"""How a browser or a feed reader asks the archive (OpenSearch 1.1, draft 6)."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

MEDIA_TYPE = "application/opensearchdescription+xml"


def opensearch_description(
    short_name: str, description: str, *, pages: str, feed: str, icon: str
) -> bytes:
    """The description document as UTF-8 XML.

    `short_name` has at most 16 characters, `description` at most 1,024.  `pages` and `feed`
    are absolute address templates with `{searchTerms}`; `icon` is the address of an SVG.
    """
    document = Element("OpenSearchDescription", {"xmlns": "http://a9.com/-/spec/opensearch/1.1/"})
    SubElement(document, "ShortName").text = short_name
    SubElement(document, "Description").text = description
    SubElement(document, "Image", {"type": "image/svg+xml"}).text = icon
    for media_type, template in (("text/html", pages), ("application/atom+xml", feed)):
        SubElement(document, "Url", {"type": media_type, "template": template})
    SubElement(document, "InputEncoding").text = "UTF-8"
    SubElement(document, "OutputEncoding").text = "UTF-8"
    written: bytes = tostring(document, encoding="utf-8", xml_declaration=True)
    return written
