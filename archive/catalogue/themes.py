"""Themes: what interviews and passages are about; a small thesaurus, in several languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from sqlite_utils import Database

from archive.catalogue import Reader
from archive.catalogue.folding import fold
from archive.errors import UserError

# What the documentary asks about, in its languages.
READY = {
    "education": {
        "fr": "éducation",
        "it": "istruzione",
        "es": "educación",
        "de": "Bildung",
        "fi": "koulutus",
    },
    "food": {"fr": "alimentation", "it": "cibo", "es": "alimentación", "de": "Ernährung", "fi": "ruoka"},
    "mobility": {
        "fr": "mobilité",
        "it": "mobilità",
        "es": "movilidad",
        "de": "Mobilität",
        "fi": "liikkuminen",
    },
    "housing": {"fr": "logement", "it": "abitare", "es": "vivienda", "de": "Wohnen", "fi": "asuminen"},
    "work": {"fr": "travail", "it": "lavoro", "es": "trabajo", "de": "Arbeit", "fi": "työ"},
    "finance": {"fr": "finance", "it": "finanza", "es": "finanzas", "de": "Finanzen", "fi": "rahoitus"},
}


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme.

    Attributes:
        name: what it is called here.
        broader: the one that it is a part of; None for one that stands at the top.
        names: what it is called in other languages, by ISO 639-1.
    """

    name: str
    broader: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def find_or_add(db: Database, name: str) -> int:
    """The row of a theme by its name, or by the one it has in some language; made where there is none.

    Capitals and accents are no matter. One of the documentary's is made with its names in all of its languages.
    """
    found = db.execute("SELECT id FROM themes WHERE name = ?", [name]).fetchone()
    if found:  # as nearly always: to fold every name that there is takes a while
        return int(found[0])
    meant = called(db).get(key(name), name)
    with db.atomic():
        db.execute("INSERT INTO themes (name) VALUES (?) ON CONFLICT DO NOTHING", [meant])
        (new,) = db.execute("SELECT changes()").fetchone()
        (theme,) = db.execute("SELECT id FROM themes WHERE name = ?", [meant]).fetchone()
        for language, said in READY.get(meant, {}).items() if new else ():
            _name(db, theme, language, said)
    return int(theme)


def key(name: str) -> str:
    """What two spellings of a theme have in common."""
    return " ".join(fold(name))


def called(db: Reader) -> dict[str, str]:
    """What each theme is called here, by the key of any of its names in any language."""
    ready = {key(name): theme for theme, names in READY.items() for name in (*names.values(), theme)}
    others = db.execute(
        "SELECT theme_names.name, themes.name FROM theme_names JOIN themes ON themes.id = theme_id"
    )
    own = db.execute("SELECT name, name FROM themes")
    return ready | {key(name): theme for rows in (others, own) for name, theme in rows}


def describe(
    db: Database, name: str, broader: str | None = None, names: Mapping[str, str] | None = None
) -> None:
    """Change what is known of a theme, which is made where there is none of that name.

    Args:
        db: the catalogue.
        name: of the theme.
        broader: the theme that it is a part of; "" for none any more, None to leave it.
        names: what it is called in other languages, by ISO 639-1; "" for nothing any more.

    Raises:
        UserError: it would be a part of itself.
    """
    with db.atomic():
        theme = find_or_add(db, name)
        for language, said in (names or {}).items():
            _name(db, theme, language, said)
        if broader is not None:
            around = find_or_add(db, broader) if broader else None
            if around in _narrower(db, theme):
                raise UserError(
                    f"{name} would be a part of itself: {broader} is a part of it, or the same.",
                    "Name a broader theme; archive theme shows how they lie.",
                )
            db.execute("UPDATE themes SET broader_id = ? WHERE id = ?", [around, theme])


def every(db: Reader) -> tuple[Theme, ...]:
    """Every theme, by name; also those of the documentary that nothing is about yet."""
    names: dict[str, dict[str, str]] = {theme: dict(said) for theme, said in READY.items()}
    around: dict[str, str | None] = {}
    for name, broader in db.execute(
        "SELECT themes.name, around.name FROM themes LEFT JOIN themes AS around ON around.id = themes.broader_id"
    ):
        names[name], around[name] = {}, broader
    for name, language, said in db.execute(
        "SELECT themes.name, language, theme_names.name FROM theme_names"
        " JOIN themes ON themes.id = theme_id ORDER BY language"
    ):
        names[name][language] = said
    return tuple(Theme(name, around.get(name), names[name]) for name in sorted(names))


def find(db: Reader, name: str) -> Theme:
    """A theme by any of its names.

    Raises:
        UserError: there is none; says which is spelt nearly so.
    """
    known = called(db)
    if key(name) in known:
        return next(theme for theme in every(db) if theme.name == known[key(name)])
    near = get_close_matches(key(name), known, n=3, cutoff=0.6)
    raise UserError(
        f"There is no theme '{name}' here.",
        f"There is {' and '.join(dict.fromkeys(known[each] for each in near))}."
        if near
        else "archive theme names all that there are.",
    )


def rows(db: Reader, name: str) -> frozenset[int]:
    """The rows of a theme, by any of its names, and of all that are narrower.

    Raises:
        UserError: there is no such theme.
    """
    row = db.execute("SELECT id FROM themes WHERE name = ?", [find(db, name).name]).fetchone()
    return _narrower(db, row[0]) if row else frozenset()


def _narrower(db: Reader, theme: int) -> frozenset[int]:
    """A theme, and every one that is a part of it."""
    found = db.execute(
        "WITH RECURSIVE narrower(id) AS (SELECT ? UNION"
        " SELECT themes.id FROM themes JOIN narrower ON themes.broader_id = narrower.id) SELECT id FROM narrower",
        [theme],
    )
    return frozenset(row for (row,) in found)


def _name(db: Database, theme: int, language: str, name: str) -> None:
    db.execute("DELETE FROM theme_names WHERE theme_id = ? AND language = ?", [theme, language])
    if name:
        db.execute(
            "INSERT INTO theme_names (theme_id, language, name) VALUES (?, ?, ?)", [theme, language, name]
        )


def add(db: Database, interview: int, names: Sequence[str]) -> None:
    """Give an interview these themes; those that are not there yet are made."""
    for name in names:
        db.execute(
            "INSERT INTO interview_themes (interview_id, theme_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [interview, find_or_add(db, name)],
        )


def of_interviews(db: Reader, interviews: Sequence[int]) -> dict[int, list[str]]:
    """The themes of each of these interviews, in the order they were given."""
    found: dict[int, list[str]] = {}
    rows = db.execute(
        "SELECT interview_themes.interview_id, themes.name FROM interview_themes"  # noqa: S608 - whole numbers
        " JOIN themes ON themes.id = interview_themes.theme_id"
        f" WHERE interview_themes.interview_id IN ({','.join(map(str, interviews))})"
        " ORDER BY interview_themes.rowid"
    )
    for interview, name in rows:
        found.setdefault(interview, []).append(name)
    return found
