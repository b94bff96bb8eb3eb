"""What leaves the archive as a file: one exporter a format, none of which gets to see the database."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from archive.export import json, ohms, srt, txt, vtt
from archive.export.material import Material

Exporter = Callable[[Material], bytes]

# By the name that `--to` knows; whatever is added here is shown to ask the gate by tests/archive/export/test_gate.py.
EXPORTERS: Mapping[str, Exporter] = MappingProxyType(
    {"srt": srt.write, "vtt": vtt.write, "txt": txt.write, "json": json.write, "ohms": ohms.write}
)
