"""Amounts of bytes as people read them, the same everywhere."""

_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def bytes_of(count: int) -> str:
    """An amount of bytes: `1 byte`, `312 bytes`, `12 kB`, `300 MB`, `1.3 GB`; in powers of ten, as disks are sold."""
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:,.{int(unit == 10**9)}f} {name}"
    return f"{count} byte{'s' * (count != 1)}"
