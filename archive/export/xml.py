"""XML as exporters write it: elements in one namespace, and no character that XML does not know."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]

Element: TypeAlias = Any  # lxml says nothing about its types

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
# What XML 1.0 has no way to say: https://www.w3.org/TR/xml/#charsets.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def root(namespace: str, name: str, prefixes: Mapping[str | None, str], schema: str) -> Element:
    """The outermost element, which names its schema as validators look for it."""
    return etree.Element(
        f"{{{namespace}}}{name}", {f"{{{_XSI}}}schemaLocation": schema}, nsmap={**prefixes, "xsi": _XSI}
    )


def child(parent: Element, namespace: str, name: str, text: str | None = None) -> Element:
    """Add an element with a text, in which U+FFFD stands for what XML cannot say."""
    made = etree.SubElement(parent, f"{{{namespace}}}{name}")
    made.text = sayable(text) if text else None
    return made


def instruction(parent: Element, target: str, said: Mapping[str, str]) -> None:
    """Add a processing instruction: readers that do not know its target pass over it."""
    text = " ".join(f'{name}="{value}"' for name, value in said.items())
    parent.append(etree.ProcessingInstruction(target, text))


def sayable(text: str) -> str:
    """A text that XML can hold."""
    return _UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def written(root: Element) -> bytes:
    """The whole file, indented."""
    etree.indent(root)
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"
