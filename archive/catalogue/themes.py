"""Themes: what interviews are about."""

from collections.abc import Sequence

from sqlite_utils import Database

from archive.catalogue import Reader

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


def find_or_add(db: Database, name: str) -> int:
    """The row of a theme by its name, or by the one it has in some language; made where there is none.

    One of the documentary's is made with its names in all of its languages.
    """
    found = db.execute(
        "SELECT id FROM themes WHERE name = ?1 UNION ALL SELECT theme_id FROM theme_names WHERE name = ?1 LIMIT 1",
        [name],
    ).fetchone()
    if found:
        return int(found[0])
    known = next((theme for theme, names in READY.items() if name in names.values()), name)
    with db.atomic():
        db.execute("INSERT INTO themes (name) VALUES (?) ON CONFLICT DO NOTHING", [known])
        (theme,) = db.execute("SELECT id FROM themes WHERE name = ?", [known]).fetchone()
        for language, said in READY.get(known, {}).items():
            db.execute(
                "INSERT INTO theme_names (theme_id, language, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [theme, language, said],
            )
    return int(theme)


def called(db: Reader) -> dict[str, str]:
    """What each theme is called here, by any of its names in any language."""
    ready = {name: theme for theme, names in READY.items() for name in names.values()}
    rows = db.execute(
        "SELECT theme_names.name, themes.name FROM theme_names JOIN themes ON themes.id = theme_id"
    )
    own = db.execute("SELECT name, name FROM themes")
    return ready | dict(rows.fetchall()) | dict(own.fetchall())


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
