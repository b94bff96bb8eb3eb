"""A shoot.toml beside the footage, and signed forms that come with it."""

import json
import re
import shutil
from contextlib import closing
from pathlib import Path
from unittest.mock import ANY

import pytest

from archive.catalogue import interviews, open_catalogue, releases
from archive.intake import sheet

ROME = """
shoot = "Rome in May"
place = "Rome"
date = 2026-05-04
people = ["Jo Bell (interviewer)"]
speakers = ["Jo Bell", "Guest"]
themes = ["food"]
organisation = "Forno Comune"

[[interview]]
clips = ["C0001.*", "c0002.mp4"]
title = "Anna Rossi bakes"
people = ["Anna Rossi (baker)"]
themes = ["work"]
initiative = "The night oven"
release = "forms/rossi.pdf"
uses = ["film", "web"]
licence = "CC-BY-4.0"
signed_by = "Anna Rossi"
status = "desk"
series = "Bread"
episode = 1
identifier = "OH-1912"
abstract = "How an oven is shared."

[[interview]]
clips = ["B/C0001.MP4"]
place = "Milan"
status = "embargoed"
until = "2030-01-01"

[person."Anna Rossi"]
public_name = "A. R."
biography = "Bakes since 1974."
links = ["https://example.org/anna"]
"""


@pytest.fixture(scope="module")
def shot(tmp_path_factory, footage):
    """Return a card with four clips, half a second each, and a signed form."""
    folder = tmp_path_factory.mktemp("shot") / "A001"
    for place, name in enumerate(("A/C0001.MP4", "A/C0002.MP4", "A/C0003.MP4", "B/C0001.MP4")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        footage.clip(folder / name, length=0.5 + place / 25, recorded=f"2024-03-14T1{place}:00:00Z")
    (folder / "forms").mkdir()
    (folder / "forms/rossi.pdf").write_bytes(b"%PDF Anna Rossi")
    return folder


@pytest.fixture
def card(shot, tmp_path):
    """Return a copy of the card, with a shoot.toml."""
    card = tmp_path / "media" / "A001"
    shutil.copytree(shot, card)
    # The patterns of ROME tell the two C0001.MP4 apart by their folders.
    (card / "shoot.toml").write_text(ROME.replace('"C0001.*"', '"A/C0001.*"'), encoding="utf-8")
    return card


@pytest.fixture
def taken(archive, card, spoken):
    """Ingest the card; returns what was said."""

    def take(*options, code=0):
        ended = archive("ingest", str(card), "--model", "demo", *options)
        assert ended.code == code, ended.err
        return ended.out + ended.err

    return take


@pytest.fixture
def known(spoken):
    """Return every interview by its title, and what counts for its release."""

    def look():
        with closing(open_catalogue(spoken.path, write=False)) as db:
            found = interviews.listing(db)
            consents = releases.of_interviews(db, [one.id for one in found])
            return {one.title: (one, consent) for one, consent in zip(found, consents, strict=True)}

    return look


def test_one_run_makes_of_one_card_the_interviews_that_shoot_toml_names(taken, known, archive):
    taken()
    found = known()
    assert {title: [clip.name for clip in one.clips] for title, (one, _) in found.items()} == {
        "Anna Rossi bakes": ["C0001.MP4", "C0002.MP4"],
        "C0003": ["C0003.MP4"],
        "C0001": ["C0001.MP4"],
    }
    anna, consent = found["Anna Rossi bakes"]
    assert [(one.name, one.role) for one in anna.people] == [
        ("Anna Rossi", "baker"),
        ("Jo Bell", "interviewer"),
    ]
    assert (anna.themes, anna.place, anna.date) == (("work", "food"), "Rome", "2026-05-04")
    assert (anna.organisation, anna.initiative, anna.shoot) == (
        "Forno Comune",
        "The night oven",
        "Rome in May",
    )
    assert (anna.series, anna.episode, anna.identifier) == ("Bread", 1, "OH-1912")
    assert anna.abstract == "How an oven is shared."
    assert anna.speakers == ("Jo Bell", "Guest")
    assert (consent.status, consent.release.uses) == ("desk", {"film", "web"})
    assert (consent.release.licence, consent.release.signed_by) == ("CC-BY-4.0", "Anna Rossi")
    assert (str(consent.release.signed), consent.release.form) == ("2026-05-04", "releases/A001/rossi.pdf")
    milan, other = found["C0001"]
    assert (milan.place, other.status, str(other.until)) == ("Milan", "embargoed", "2030-01-01")
    assert other.release is None
    said = json.loads(archive("person", "Anna Rossi", "--json").out)
    assert (said["public_name"], said["links"]) == ("A. R.", ["https://example.org/anna"])


def test_a_dry_run_says_which_interviews_shoot_toml_makes(taken, known):
    assert "Anna Rossi bakes: C0001.MP4, C0002.MP4\n" in taken("--dry-run")
    assert known() == {}


def test_what_is_said_anew_is_taken_and_what_people_changed_since_stays(taken, known, archive, card):
    taken()
    archive("release", "anna-rossi-bakes", "--uses", "film")
    archive("person", "Anna Rossi", "--public-name", "Anna")
    text = (card / "shoot.toml").read_text(encoding="utf-8")
    assert "in the catalogue now" not in taken()
    changed = text.replace("Anna Rossi bakes", "Anna bakes").replace("since 1974", "since 1973")
    (card / "shoot.toml").write_text(changed.replace('"desk"', '"public"'), encoding="utf-8")
    assert "anna-rossi-bakes: what was said of it this time is in the catalogue now." in taken()
    anna, consent = known()["Anna bakes"]
    assert (anna.slug, consent.status, consent.release.uses) == ("anna-rossi-bakes", "public", {"film"})
    said = json.loads(archive("person", "Anna Rossi", "--json").out)
    assert (said["public_name"], said["biography"]) == ("Anna", "Bakes since 1973.")


def test_what_the_command_says_counts_before_shoot_toml(taken, known):
    taken("--place", "Turin", "--person", "Ugo", "--series", "Ovens", "--episode", "7", "--shoot", "Turin")
    anna, _ = known()["Anna Rossi bakes"]
    assert (anna.place, anna.series, anna.episode, anna.shoot) == ("Turin", "Ovens", 7, "Turin")
    assert [one.name for one in anna.people] == ["Ugo"]
    assert anna.themes == ("work", "food")


@pytest.mark.fault(
    "names",
    "a card whose crew spells a known person otherwise: by capitals, an accent, or a letter",
    "capitals and accents mean that person; of a letter it is said who else is nearly called so, and how to mend it",
)
def test_a_known_person_is_known_by_another_spelling(taken, archive, spoken):
    people = (("ANNA ROSSI", "baker"), ("Jó Bell", "interviewer"))
    spoken.interview("Before", ["words"], people=people)
    archive("person", "ANNA ROSSI", "--public-name", "A.")
    said = taken("--person", "Anna Rossi (baker)", "--person", "Jo Bell", "--person", "Jó Belle")
    assert "Jo Bell is taken to be Jó Bell. Is that spelt wrong?" in said
    assert (
        "Jó Belle is new; there is Jó Bell. Are they one? archive person 'Jó Bell' --rename 'Jó Belle'"
        in said
    )
    names = [name for (name,) in spoken.db.execute("SELECT name FROM people ORDER BY id")]
    assert names == ["ANNA ROSSI", "Jó Bell", "Jó Belle"]


@pytest.mark.fault(
    "names",
    "a public name in shoot.toml that is the real name of somebody in the catalogue",
    "it is said, and counts until another is chosen: without it the real name would leave",
)
def test_a_public_name_that_is_somebodys_is_said(taken, spoken, archive):
    spoken.interview("Before", ["words"], people=(("A. R.", "baker"),))
    assert "A. R. is another person's real name" in taken()
    assert json.loads(archive("person", "Anna Rossi", "--json").out)["public_name"] == "A. R."


@pytest.mark.fault(
    "two at once",
    "a shoot.toml that would open again what was withdrawn since",
    "it stays withdrawn, and that is said",
)
def test_what_was_withdrawn_stays_so_whatever_shoot_toml_says(taken, known, archive, card):
    taken()
    archive("withdraw", "anna-rossi-bakes")
    text = (card / "shoot.toml").read_text(encoding="utf-8")
    (card / "shoot.toml").write_text(text.replace('"desk"', '"public"'), encoding="utf-8")
    assert "is withdrawn, and stays so" in taken()
    assert known()["Anna Rossi bakes"][1].status == "withdrawn"


def test_what_was_said_is_remembered_while_the_card_is_away(taken, known, archive, card):
    """Copied at night, transcribed the next day without the card: words and forms are there all the same."""
    taken("--only", "copy")
    shutil.rmtree(card.parent)
    assert archive("ingest", "--model", "demo").code == 0
    anna, consent = known()["Anna Rossi bakes"]
    assert [clip.name for clip in anna.clips] == ["C0001.MP4", "C0002.MP4"]
    assert (anna.place, consent.release.form) == ("Rome", "releases/A001/rossi.pdf")


def test_a_title_is_one_interview_on_the_cards_of_a_shoot_and_another_on_those_of_another(
    archive, spoken, footage
):
    for place, shoot in enumerate(("May", "May", "June")):
        card = spoken.folder / "media" / f"A00{place}"
        card.mkdir(parents=True)
        footage.clip(card / f"C000{place}.MP4", length=0.5 + place / 25)
        (card / "shoot.toml").write_text(
            f'shoot = "{shoot}"\n[[interview]]\ntitle = "Beginnings"\n', encoding="utf-8"
        )
        archive("ingest", str(card), "--model", "demo")
    found = json.loads(archive("list", "--json").out)
    assert [(one["interview"], one["shoot"], len(one["clips"])) for one in found] == [
        ("beginnings", "May", 2),
        ("beginnings-2", "June", 1),
    ]


@pytest.mark.fault(
    "cards",
    "two cards that were mounted at one PATH, each with its own shoot.toml, copied only, and away",
    "what was said of each is said of its own clips",
)
def test_two_cards_at_one_path_are_not_mixed(taken, known, archive, card, footage):
    taken("--only", "copy")
    for clip in card.rglob("*.MP4"):
        footage.clip(clip, length=0.9)
    text = (card / "shoot.toml").read_text(encoding="utf-8")
    (card / "shoot.toml").write_text(text.replace("Anna Rossi", "Ugo Verdi"), encoding="utf-8")
    taken("--only", "copy")
    shutil.rmtree(card.parent)
    archive("ingest", "--model", "demo")
    found = known()
    assert [len(found[f"{name} bakes"][0].clips) for name in ("Anna Rossi", "Ugo Verdi")] == [2, 1]
    assert found["Ugo Verdi bakes"][1].release.signed_by == "Ugo Verdi"


def test_a_clip_that_is_named_by_itself_has_what_is_said_beside_it(archive, known, card):
    archive("ingest", str(card / "A/C0002.MP4"), "--model", "demo")
    assert known() == {"C0002": (ANY, ANY)}
    (card / "A/shoot.toml").write_text('[[interview]]\nclips = ["C0001*"]\ntitle = "One"\n', encoding="utf-8")
    archive("ingest", str(card / "A/C0001.MP4"), str(card / "B"), "--model", "demo")
    assert {"One", "C0001"} < {*known()}


def test_a_folder_within_has_its_own_shoot_toml(archive, known, card):
    (card / "B/shoot.toml").write_text('place = "Turin"\n', encoding="utf-8")
    text = (card / "shoot.toml").read_text(encoding="utf-8").replace('"B/C0001.MP4"', '"A/C0003.MP4"')
    (card / "shoot.toml").write_text(text, encoding="utf-8")
    archive("ingest", str(card), str(card / "B"), "--model", "demo")
    found = known()
    assert (found["C0001"][0].place, found["C0003"][0].place) == ("Turin", "Milan")


def test_the_voices_of_a_shoot_keep_their_names_and_a_guest_does_not(
    taken, known, archive, footage, tmp_path
):
    """On the next card the interviewer's channel is the interviewer's, the guest's is nobody's yet."""
    taken("--speakers", "Jo Bell,Anna Rossi")
    for place, name in enumerate(("one", "two")):
        footage.clip(tmp_path / f"{name}.mp4", length=0.6 + place / 25)
    said = archive("ingest", str(tmp_path / "one.mp4"), "--shoot", "Rome in May", "--model", "demo")
    assert "called as before in Rome in May: Jo Bell" in said.err
    archive("ingest", str(tmp_path / "two.mp4"), "--model", "demo")
    found = known()
    assert (found["one"][0].speakers, found["two"][0].speakers) == (("Jo Bell",), ())


def test_a_form_alone_is_a_release_that_allows_nothing_yet(archive, known, card, tmp_path):
    (card / "shoot.toml").unlink()
    form = tmp_path / "signed.pdf"
    form.write_bytes(b"%PDF")
    command = ("ingest", str(card / "A"), "--release", str(form), "--date", "2026-05-05", "--model", "demo")
    assert "archive release c0001 --uses film,web,education,data" in archive(*command).err
    release = known()["C0002"][1].release
    assert (release.uses, str(release.signed), release.form) == (
        frozenset(),
        "2026-05-05",
        "releases/A/signed.pdf",
    )
    assert "--uses" not in archive(*command).err, "the same form is no other release"


def test_what_a_form_allows_waits_for_the_form(archive, known, card):
    """Said of all clips before there is one, it is said of the form that comes later."""
    for text in ('uses = ["film"]\n', 'uses = ["film"]\nrelease = "rossi.pdf"\n'):
        assert known() == {} or known()["C0001"][1].release is None
        shutil.copy(card / "forms/rossi.pdf", card / "B")
        (card / "B/shoot.toml").write_text(text, encoding="utf-8")
        archive("ingest", str(card / "B"), "--model", "demo")
    release = known()["C0001"][1].release
    assert (release.uses, release.form) == ({"film"}, "releases/B/rossi.pdf")


WRONG = {
    "a key that there is not": (
        "organisation =",
        "organization =",
        "organization: there is no such key. Is org",
    ),
    "a key of an interview": ("episode = 1", "chapter = 1", "interview 1: chapter: there is no such key."),
    "text that is a number": ('place = "Rome"', "place = 7", "place: should be text in quotation marks"),
    "a list that is text": ('themes = ["food"]', 'themes = "food"', "themes: should be a list in square"),
    "an episode that is text": (
        "episode = 1",
        'episode = "1"',
        "interview 1: episode: should be a whole number",
    ),
    "a day that is none": (
        "2026-05-04",
        '"4 May 2026"',
        "date: '4 May 2026' is no day; write it as 2026-12-31",
    ),
    "a day of no month": ("2026-05-04", "2026-13-04", "is not valid TOML"),
    "a use that is none": (
        '["film", "web"]',
        '["film", "cinema"]',
        "interview 1: uses 2: 'cinema' is not known",
    ),
    "a status that is none": ('"desk"', '"open"', "interview 1: status: 'open' is not known"),
    "an embargo without its day": (
        'until = "2030-01-01"',
        "",
        "interview 2: until: an embargo has a last day",
    ),
    "a pattern that takes no clip": ("c0002", "c0009", "interview 1: clips: no clip in "),
    "a clip of two interviews": ("B/C0001", "*", "interview 1 and 2: clips: A/C0001.MP4 is in both"),
    "a pattern that names nothing": ('"B/C0001.MP4"', '"./"', "interview 2: clips: no clip in "),
    "a form that is not there": ("rossi.pdf", "verdi.pdf", "interview 1: release: "),
    "a form above the footage": ("forms/rossi.pdf", "../../secret", "secret lies outside "),
    "a form by its whole path": ("forms/rossi.pdf", "/etc/hostname", "/etc/hostname lies outside "),
    "a form that no disk has": ("rossi.pdf", "rossi\\u0000.pdf", "interview 1: release: "),
    "uses without a form": (
        'release = "forms/rossi.pdf"',
        "",
        "interview 1: uses: it belongs to a signed form",
    ),
    "an initiative of nobody": ('organisation = "Forno Comune"', "", "interview 1: initiative: whose is it?"),
    "a person who is nowhere": ('[person."Anna Rossi"]', '[person."Ana Rossi"]', "Ana Rossi is nobody among"),
    "a public name that is somebody's own": (
        '"A. R."',
        '"JO BELL"',
        "person: Anna Rossi: public_name: it is Jo Bell's",
    ),
    "a link that a browser would run": (
        '"https://example.org/anna"',
        '"javascript:alert(1)"',
        "Anna Rossi: links: ",
    ),
    "what is no TOML": ('place = "Rome"', "place = Rome", "is not valid TOML"),
    "a number without end": ("episode = 1", f"episode = {'9' * 5000}", "is not valid TOML"),
    "a language that is none": ('place = "Rome"', 'language = "Italian"', "language: no language code"),
}


@pytest.mark.fault(
    "names",
    "a shoot.toml with a key, a day, a pattern, a person or a form that is not so",
    "file, key and cause are named; nothing is copied or written",
)
@pytest.mark.parametrize("what", WRONG)
def test_a_shoot_toml_that_is_wrong_is_refused_before_anything_is_copied(taken, card, spoken, what):
    old, new, message = WRONG[what]
    text = (card / "shoot.toml").read_text(encoding="utf-8")
    assert old in text
    (card / "shoot.toml").write_text(text.replace(old, new), encoding="utf-8")
    before = [*spoken.db.iterdump()]
    for options in (("--dry-run",), ()):
        said = taken(*options, code=2)
        assert f"{card / 'shoot.toml'}" in said
        assert message in said
    assert [*spoken.db.iterdump()] == before
    assert not (spoken.folder / "originals").exists()
    assert not (spoken.folder / "releases").exists()


@pytest.mark.fault(
    "names",
    "a shoot.toml whose signed form is a link to a file outside the footage, or lies in a folder that is one",
    "file and key are named; nothing is copied, nor read into the archive",
)
def test_a_form_that_is_a_link_out_of_the_footage_is_refused(taken, card, tmp_path, spoken):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/rossi.pdf").write_bytes(b"of this machine")
    shutil.rmtree(card / "forms")
    (card / "forms").symlink_to(tmp_path / "secret")
    said = taken(code=2)
    assert "shoot.toml: interview 1: release: " in said
    assert "lies outside" in said
    assert not (spoken.folder / "originals").exists()
    (card / "forms").unlink()
    (card / "forms").mkdir()
    (card / "forms/rossi.pdf").symlink_to(tmp_path / "secret/rossi.pdf")
    assert "lies outside" in taken(code=2)
    assert not (spoken.folder / "releases").exists()


@pytest.mark.fault(
    "names", "a signed form that is not there, is a folder, or empty", "nothing is copied before it is mended"
)
def test_a_form_that_cannot_be_read_is_refused_before_anything_is_copied(taken, tmp_path, spoken):
    (tmp_path / "empty.pdf").touch()
    before = [*spoken.db.iterdump()]
    for form, message in (("none.pdf", "cannot be read"), ("empty.pdf", "is empty"), (".", "cannot be read")):
        assert message in taken("--release", str(tmp_path / form), code=2)
    assert [*spoken.db.iterdump()] == before
    assert not (spoken.folder / "originals").exists()


def test_one_title_for_all_and_several_in_shoot_toml_do_not_go_together(taken):
    assert "Leave out --interview" in taken("--interview", "All", code=2)


def test_the_example_of_the_docs_is_a_shoot_toml_and_every_key_is_told_there():
    text = (Path(__file__).parents[2] / "docs/shoot.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert len(sheet.parse(Path("shoot.toml"), example).interview) == 2
    told = set(re.findall(r"`(\w+)`", "\n".join(line for line in text.splitlines() if line.startswith("|"))))
    assert told >= {*sheet.Interview.model_fields, *sheet.Person.model_fields}
