"""XML as exporters write it: elements in one namespace, and no character that XML does not know."""

import re

from lxml import etree

# What XML 1.0 has no way to say: https://www.w3.org/TR/xml/#charsets.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def child(parent: etree._Element, namespace: str, name: str, text: str | None = None) -> etree._Element:
    """Add an element with a text, in which U+FFFD stands for what XML cannot say."""
    made = etree.SubElement(parent, f"{{{namespace}}}{name}")
    made.text = sayable(text) if text else None
    return made


def sayable(text: str) -> str:
    """A text that XML can hold."""
    return _UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def written(root: etree._Element) -> bytes:
    """The whole file, indented."""
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"
