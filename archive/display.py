"""How things are said to people: names made harmless."""


def shown(name: str) -> str:
    r"""A name on one line: what is no printable character is written as Python writes it (`\n`, `\udc80`)."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in name
    )
