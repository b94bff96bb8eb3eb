"""How things are said to people: names made harmless, and sizes as they read them."""


def shown(name: str) -> str:
    r"""A name on one line: what is no printable character is written as Python writes it (`\n`, `\udc80`)."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in name
    )


def bytes_of(count: int) -> str:
    """An amount of bytes: `1.3 GB`, or `12 MB` below a tenth of that."""
    return f"{count / 1e9:.1f} GB" if count >= 100_000_000 else f"{-(-count // 1_000_000)} MB"
