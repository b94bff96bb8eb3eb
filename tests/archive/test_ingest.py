"""`archive ingest` from the outside: the command, its JSON, its exit codes and what it leaves on disk."""

import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

COMMAND = [sys.executable, "-m", "archive"]


def run(*arguments, code=0, **options):
    """Run the command; its exit code is part of what is tested, and nobody ever sees a traceback."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
        **options,
    )
    output, talk = (stream.decode(errors="surrogateescape") for stream in (done.stdout, done.stderr))
    assert "Traceback" not in output + talk, talk
    assert done.returncode == code, f"exit {done.returncode}: {output[-800:]}{talk[-2000:]}"
    return output


def data(*arguments, **options):
    return json.loads(run(*arguments, **options))


def ingest(archive, *arguments, code=0, **options):
    """Ingest with the tiny model and return the summary."""
    said = run("ingest", *arguments, "--archive", archive, "--model", "demo", "--json", code=code, **options)
    lines = [json.loads(line) for line in said.splitlines()]
    assert [line["event"] for line in lines].count("summary") == 1
    return lines[-1]


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    run("new", folder)
    return folder


SENTENCES = ["en-02", "en-05", "en-08"]


def three(channel=0, start=0.6, step=4.0, sentences=SENTENCES):
    return [(sentence, start + step * place, channel) for place, sentence in enumerate(sentences)]


def names(paths):
    return sorted(Path(path).name for path in paths)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, footage):
    """A folder of seven files as they come: five that hold speech, two that are no clips; and what is said."""
    folder = tmp_path_factory.mktemp("mixed")
    said = {
        "film.mp4": footage.clip(folder / "film.mp4", three()),
        "prores.mov": footage.clip(
            folder / "prores.mov", three(), picture="prores", timecode="10:00:00:00", reel="A003"
        ),
        "eight.mov": footage.clip(folder / "eight.mov", three(channel=4), channels=8),
        "late.mp4": footage.clip(folder / "late.mp4", three(start=3.2), sound_delay=2.5),
        "sound.wav": footage.clip(folder / "sound.wav", three(), picture=None),
    }
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("no film at all\n" * 100)
    return folder, said


def words(text):
    return [word.strip(".,?!").lower() for word in text.split()]


def offsets(said, segments):
    """How far each sentence's start is off, in ms, of the sentences whose first words were recognised."""
    heard = [word for segment in segments for word in segment["words"]]
    found = [words(word["text"])[0] for word in heard]
    expected = [word for one in said for word in words(one.text)]
    starts, place = {}, 0
    for one in said:
        starts[place] = one.start_ms
        place += len(words(one.text))
    pairs = {
        op.src_start + i: op.dest_start + i
        for op in Levenshtein.opcodes(expected, found)
        if op.tag == "equal"
        for i in range(op.src_end - op.src_start)
    }
    return [abs(heard[pairs[place]]["start_ms"] - start) for place, start in starts.items() if place in pairs]


def test_a_folder_of_every_kind_gives_five_transcripts_and_two_named_failures(mixed, archive):
    """Starts are within 0.4 s at the median of each clip and nine in ten within 1 s; again it does no work."""
    folder, said = mixed
    summary = ingest(archive, folder, code=1)
    assert names(summary["done"]) == sorted(said)
    assert {Path(one["path"]).name: one["step"] for one in summary["failed"]} == {
        "empty.mp4": "probe",
        "text.mp4": "probe",
    }
    assert all(one["error"] and one["try"] for one in summary["failed"])
    slugs = {
        one["clips"][0]["name"]: one["interview"] for one in data("list", "--json", "--archive", archive)
    }
    assert sorted(slugs) == sorted(said)
    every = []
    for name, spoken in said.items():
        shown = data("transcript", "show", slugs[name], "--json", "--archive", archive)
        off = offsets(spoken, shown["segments"])
        assert shown["language"] == "en", name
        assert len(off) == len(spoken), (name, [segment["text"] for segment in shown["segments"]])
        assert statistics.median(off) <= 400, (name, off)
        every += off
    assert sum(one <= 1000 for one in every) >= 0.9 * len(every), every

    before = footprint(archive)
    again = ingest(archive, folder, code=1)
    assert again["done"] == []
    assert names(again["present"]) == sorted(said)
    assert len(again["failed"]) == 2
    assert footprint(archive) == before


def footprint(archive):
    """Every file of an archive but the database, the logs and the lists of MHL, with size and time."""
    return {
        path.relative_to(archive): (path.stat().st_size, path.stat().st_mtime_ns)
        for part in ("originals", "renditions")
        for path in (archive / part).rglob("*")
        if path.is_file() and path.parent.name != "ascmhl"
    }


def originals(archive):
    """What lies in the folder of the originals besides the file that says which folder it is."""
    return [
        path.name for path in (archive / "originals").iterdir() if path.name != ".interview-archive-volume"
    ]


def test_the_camera_timecode_and_reel_are_listed_and_found(mixed, archive):
    folder, _ = mixed
    ingest(archive, folder / "prores.mov")
    (interview,) = data("list", "--json", "--archive", archive)
    (clip,) = interview["clips"]
    assert (clip["start_timecode"], clip["reel"]) == ("10:00:00:00", "A003")
    assert len(clip["hash"]) == 32
    word = data("transcript", "show", "prores", "--json", "--archive", archive)["segments"][0]["words"][0]
    hit = data("search", word["text"], "--json", "--archive", archive)[0]
    assert hit["timecode_in"].startswith("10:00:00:")
    assert hit["url"] == f"/interviews/prores#t={hit['start_ms'] / 1000:g}"


CONTENT = {
    "clips": "SELECT hash, name, path, in_place, size, kind, duration, rate, start_timecode, reel FROM clips",
    "steps": "SELECT clip, step, settings, state, result, error, permanent FROM steps",
    "blocks": "SELECT clip, position FROM blocks",
    "runs": "SELECT request FROM runs",
    "renditions": "SELECT clip, kind, path FROM renditions",
    "interviews": "SELECT slug, title, language, language_given, date, duration_ms FROM interviews",
    "interview_clips": "SELECT slug, clip, position, offset FROM interview_clips JOIN interviews"
    " ON interviews.id = interview_id",
    "speakers": "SELECT slug, name, channel FROM speakers JOIN interviews ON interviews.id = interview_id",
    "segments": "SELECT slug, revision, kind, model, current, transcripts.language, position, start_ms, end_ms,"
    " speakers.name, text, words FROM segments JOIN transcripts ON transcripts.id = transcript_id"
    " JOIN interviews ON interviews.id = transcripts.interview_id LEFT JOIN speakers ON speakers.id = speaker_id",
    "search": "SELECT slug, text FROM folded JOIN transcripts ON transcripts.id = transcript_id"
    " JOIN interviews ON interviews.id = transcripts.interview_id",
}


def content(archive):
    """What the catalogue says, without row numbers and times of day."""
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        return {name: sorted(map(repr, db.execute(sql))) for name, sql in CONTENT.items()}


def test_a_killed_ingest_run_again_ends_like_one_that_was_not(mixed, archive, tmp_path):
    """Killed with -9 at five moments spread over the run, each time gone on with, with and without the PATH."""
    folder, _ = mixed
    whole = tmp_path / "whole"
    run("new", whole)
    began = time.monotonic()
    ingest(whole, folder, code=1)
    took = time.monotonic() - began
    for share in (0.15, 0.3, 0.45, 0.6, 0.8):
        killed(archive, [folder] if share < 0.5 else [], after=share * took)
    ingest(archive, code=1)
    assert content(archive) == content(whole)
    assert not [*archive.glob("originals/.*.part"), *archive.glob("renditions/*/.*")]
    assert {name for name, _ in footprint(archive).items()} == {name for name, _ in footprint(whole).items()}


def killed(archive, paths, *, after):
    """Begin an ingest and kill it with -9, and nothing of it, so many seconds later."""
    process = subprocess.Popen(
        [*COMMAND, "ingest", *map(str, paths), "--archive", str(archive), "--model", "demo", "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after)
    process.kill()
    process.wait()


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_ingest_says_how_to_go_on_and_which_signal_it_was(mixed, archive, sent, code):
    folder, _ = mixed
    process = subprocess.Popen(
        [*COMMAND, "ingest", str(folder), "--archive", str(archive), "--model", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "sound done" in line:
            process.send_signal(sent)
            break
    rest = process.communicate(timeout=60)[1]
    assert process.returncode == code
    assert "go on with: archive ingest" in rest
    assert "Traceback" not in rest


@pytest.mark.fault(
    "recogniser", "no model", "everything but the words is made, exit code 7; the next run makes these"
)
def test_a_missing_model_keeps_no_footage_from_being_safe(mixed, archive, tmp_path):
    """Copies, sound and renditions are made; each clip fails at transcribe; the next run does only that."""
    folder, _ = mixed
    paths = [folder / "film.mp4", folder / "sound.wav"]
    empty = tmp_path / "model"
    empty.mkdir()
    said = run("ingest", *paths, "--archive", archive, "--model", empty, "--json", code=7)
    summary = json.loads(said.splitlines()[-1])
    assert {one["step"] for one in summary["failed"]} == {"transcribe"}
    assert "tokenizer.json" in summary["failed"][0]["error"]
    made = footprint(archive)
    assert {path.name for path in made} >= {"film.mp4", "sound.wav", "proxy.mp4"}
    assert names(ingest(archive)["done"]) == ["film.mp4", "sound.wav"]
    assert footprint(archive) == made


@pytest.mark.fault(
    "hub",
    "the hub does not give the model in the middle of an ingest",
    "the clip fails by name with three ways on; exit code 7",
)
def test_a_model_that_the_hub_does_not_give_is_named_with_three_ways_on(mixed, archive, tmp_path):
    folder, _ = mixed
    offline = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hub")}
    said = run(
        "ingest",
        folder / "sound.wav",
        "--archive",
        archive,
        "--model",
        "small",
        "--json",
        code=7,
        env=offline,
    )
    failed = json.loads(said.splitlines()[-1])["failed"][0]
    assert "small" in failed["error"]
    assert str(tmp_path / "hub") in failed["error"]
    assert all(way in failed["try"] for way in ("--model FOLDER", ".srt", "--model demo"))


def test_a_moved_file_is_known_by_its_content(mixed, archive, tmp_path):
    folder, _ = mixed
    first = tmp_path / "card" / "sound.wav"
    first.parent.mkdir()
    first.write_bytes((folder / "sound.wav").read_bytes())
    ingest(archive, first)
    moved = first.rename(tmp_path / "renamed.wav")
    summary = ingest(archive, moved)
    assert summary["done"] == []
    assert names(summary["present"]) == ["renamed.wav"]
    assert len(data("list", "--json", "--archive", archive)) == 1


def test_the_same_content_twice_is_one_clip_seen_twice(mixed, archive, tmp_path):
    folder, _ = mixed
    for card in "AB":
        (tmp_path / card).mkdir()
        (tmp_path / card / "C0001.wav").write_bytes((folder / "sound.wav").read_bytes())
    summary = ingest(archive, tmp_path / "A", tmp_path / "B")
    assert (len(summary["done"]), len(summary["present"])) == (1, 1)


def test_two_cards_that_agree_in_name_and_size_are_two_interviews(footage, archive, tmp_path):
    for card, sentence in (("A", "en-02"), ("B", "en-05")):
        (tmp_path / card).mkdir()
        footage.clip(tmp_path / card / "C0001.wav", [(sentence, 0.5, 0)], picture=None, length=5)
    summary = ingest(archive, tmp_path / "A", tmp_path / "B")
    assert len(summary["done"]) == 2
    slugs = [one["interview"] for one in data("list", "--json", "--archive", archive)]
    assert slugs == ["c0001", "c0001-2"]


def test_what_the_crew_knows_goes_in_with_the_footage(footage, archive, tmp_path):
    clip = tmp_path / "A001.mov"
    said = [("en-02", 0.6, 0), ("en-05", 4.5, 1)]
    footage.clip(clip, said, channels=2, bleed_db=-24)
    ingest(
        archive,
        clip,
        *("--interview", "The occupied theatre", "--place", "Rome", "--organisation", "Teatro"),
        *("--person", "Anna Rossi", "--person", "Jo Bell (interviewer)", "--theme", "culture"),
        *("--date", "2024-03-14", "--language", "en", "--speakers", "Jo Bell,Anna Rossi"),
    )
    (interview,) = data("list", "--json", "--archive", archive)
    assert interview["interview"] == "the-occupied-theatre"
    assert (interview["place"], interview["organisation"], interview["date"]) == (
        "Rome",
        "Teatro",
        "2024-03-14",
    )
    assert interview["people"] == [
        {"name": "Anna Rossi", "role": "interviewee"},
        {"name": "Jo Bell", "role": "interviewer"},
    ]
    shown = data("transcript", "show", interview["interview"], "--json", "--archive", archive)
    assert [segment["speaker"] for segment in shown["segments"]] == ["Jo Bell", "Anna Rossi"]


def test_what_was_forgotten_or_mistyped_is_said_again_with_the_same_card(footage, archive, tmp_path):
    """Nothing is made again for it; what is not said this time stays; two speakers can change names."""
    clip = tmp_path / "A001.mov"
    footage.clip(clip, [("en-02", 0.6, 0), ("en-05", 4.5, 1)], channels=2, bleed_db=-24)
    ingest(archive, clip, "--place", "Rom", "--theme", "culture", "--speakers", "Anna,Jo", "--person", "Anna")
    made = footprint(archive)
    again = ingest(archive, clip, "--place", "Rome", "--speakers", "Jo,Anna", "--date", "2024-03-14")
    assert again["done"] == []
    assert footprint(archive) == made
    (interview,) = data("list", "--json", "--archive", archive)
    assert (interview["place"], interview["date"]) == ("Rome", "2024-03-14")
    assert (interview["themes"], interview["people"]) == (
        ["culture"],
        [{"name": "Anna", "role": "interviewee"}],
    )
    shown = data("transcript", "show", interview["interview"], "--json", "--archive", archive)
    assert [segment["speaker"] for segment in shown["segments"]] == ["Jo", "Anna"]


def test_a_recording_that_the_camera_split_is_one_interview(footage, archive, tmp_path):
    """Its transcript runs on over the border, on one time line."""
    first = footage.clip(tmp_path / "C0001.MP4", three(), timecode="10:00:00:00", length=14)
    footage.clip(tmp_path / "C0002.MP4", three(), timecode="10:00:14:00", length=14)
    ingest(archive, tmp_path)
    (interview,) = data("list", "--json", "--archive", archive)
    assert [clip["name"] for clip in interview["clips"]] == ["C0001.MP4", "C0002.MP4"]
    assert interview["duration_ms"] == 28_000
    shown = data("transcript", "show", interview["interview"], "--json", "--archive", archive)
    assert (shown["revision"], len(shown["segments"])) == (1, 2 * len(first))
    assert shown["segments"][len(first)]["start_ms"] > 14_000


def test_nobody_speaking_is_no_error(footage, archive, tmp_path):
    """Its transcript is empty and has no language; the same without any sound at all."""
    footage.clip(tmp_path / "quiet.mp4", length=3)
    footage.clip(tmp_path / "mute.mp4", length=3, silent_film=True)
    assert len(ingest(archive, tmp_path)["done"]) == 2
    for slug in ("quiet", "mute"):
        shown = data("transcript", "show", slug, "--json", "--archive", archive)
        assert (shown["language"], shown["segments"]) == (None, [])


def test_captions_beside_a_clip_are_its_transcript(footage, archive, tmp_path):
    card = tmp_path / "card"
    card.mkdir()
    footage.clip(card / "talk.mp4", three())
    (card / "talk.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nNobody owns this garden.\n")
    summary = ingest(archive, card)
    assert names(summary["done"]) == ["talk.mp4"]
    assert [Path(one["path"]).name for one in summary["skipped"]] == ["talk.srt"]
    (hit,) = data("search", '"owns this"', "--json", "--archive", archive)
    assert hit["text"] == "Nobody owns this garden."
    (kept,) = archive.glob("captions/*/talk.srt")
    kept.write_text(kept.read_text().replace("Nobody", "No one"))
    again = [*COMMAND, "ingest", str(card), "--archive", str(archive), "--model", "demo"]
    assert "--redo transcribe" in subprocess.run(again, capture_output=True, text=True, check=True).stderr
    ingest(archive, card, "--redo", "transcribe")
    (hit,) = data("search", '"owns this"', "--json", "--archive", archive)
    assert hit["text"] == "No one owns this garden."
    assert data("verify", "--json", "--archive", archive)["changed"] == []


@pytest.mark.fault(
    "SQLite",
    "rows of `clips`, or of `files`, are deleted after an ingest; there is no backup",
    "repair makes them again from each other and the ledger; what only the card tells, its next ingest finds",
)
@pytest.mark.parametrize("statements", ["DELETE FROM clips", "DELETE FROM copies; DELETE FROM files"])
def test_what_is_gone_of_an_ingest_comes_back(footage, archive, tmp_path, statements):
    card = tmp_path / "card"
    card.mkdir()
    footage.clip(card / "talk.mp4", three())
    (card / "talk.xml").write_text("<about>a talk</about>")
    ingest(archive, card)
    before = run("list", "--json", "--archive", archive)
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        db.executescript(statements)
    assert data("verify", "--json", "--archive", archive, code=3)["database"]
    rest = data("repair", "--yes", "--json", "--archive", archive, code=3 if "files" in statements else 0)
    assert {"archive ingest" in left["why"] for left in rest["left"]} <= {True}
    ingest(archive, card)
    report = data("verify", "--json", "--archive", archive)
    assert (report["database"], report["untracked"]) == ([], [])
    assert run("list", "--json", "--archive", archive) == before


def test_a_changed_setting_makes_a_step_stale_and_redo_makes_it_again(footage, archive, tmp_path):
    footage.clip(tmp_path / "talk.mp4", three())
    ingest(archive, tmp_path)
    settings = archive / "archive.toml"
    settings.write_text(settings.read_text().replace("proxy_height = 720", "proxy_height = 240"))
    made = footprint(archive)
    ingest_again = ["ingest", str(tmp_path / "talk.mp4"), "--archive", str(archive), "--model", "demo"]
    again = subprocess.run([*COMMAND, *ingest_again], capture_output=True, text=True, check=True)
    assert "--redo renditions" in again.stderr
    assert footprint(archive) == made
    assert names(ingest(archive, tmp_path / "talk.mp4", "--redo", "renditions")["done"]) == ["talk.mp4"]
    changed = {path.name for path, seen in footprint(archive).items() if made.get(path) != seen}
    assert "proxy.mp4" in changed
    assert "sound.wav" not in changed


def test_renditions_that_were_deleted_are_made_again(footage, archive, tmp_path):
    """The proxy and the sound of a clip are gone; its transcript is left alone."""
    footage.clip(tmp_path / "talk.mp4", three())
    ingest(archive, tmp_path)
    gone = {path: path.unlink() for path in archive.rglob("*") if path.name in ("proxy.mp4", "sound.wav")}
    said = run("ingest", tmp_path, "--archive", archive, "--model", "demo", "--json")
    assert all(path.is_file() for path in gone)
    assert {json.loads(line).get("step") for line in said.splitlines()} == {"sound", "renditions", None}


def test_only_copy_stops_after_the_copy_and_the_next_run_goes_on(mixed, archive):
    folder, _ = mixed
    summary = ingest(archive, folder / "sound.wav", "--only", "copy")
    assert names(summary["done"]) == ["sound.wav"]
    assert data("list", "--json", "--archive", archive) == []
    assert names(ingest(archive)["done"]) == ["sound.wav"]
    assert len(data("list", "--json", "--archive", archive)) == 1


def test_in_place_leaves_footage_where_it_lies(mixed, archive):
    folder, _ = mixed
    ingest(archive, folder / "sound.wav", "--in-place")
    assert originals(archive) == []
    assert len(data("list", "--json", "--archive", archive)) == 1


def test_a_dry_run_changes_nothing_and_says_what_it_found(mixed, archive):
    folder, _ = mixed
    said = run("ingest", folder, "--archive", archive, "--dry-run")
    assert "5 new clips" in said
    assert "empty.mp4" in said
    assert "eight.mov" in said
    assert "needed" in said
    assert data("list", "--json", "--archive", archive) == []
    assert originals(archive) == []


def test_a_path_that_is_not_there_is_a_failed_entry(archive, tmp_path):
    summary = ingest(archive, tmp_path / "no-card", code=1)
    assert [one["path"] for one in summary["failed"]] == [str(tmp_path / "no-card")]


def test_names_of_every_kind_go_through(footage, archive, tmp_path):
    """Dashes, colons, percents, brackets, line ends, bytes that are no UTF-8: done, and whole in JSON."""
    card = tmp_path / "card"
    card.mkdir()
    plain = tmp_path / "plain.wav"
    footage.clip(plain, [("en-02", 0.5, 0)], picture=None)
    body = plain.read_bytes()
    (card / "[").mkdir()  # Rich would take "[/b]" for markup
    odd = [
        b"-y.wav",
        b"a:b.wav",
        b"100%d.wav",
        b"[/b].wav",
        b"two\nlines.wav",
        b"caf\xe9.wav",
        "é.wav".encode(),
    ]
    for number, name in enumerate(odd):
        Path(os.fsdecode(os.fsencode(card) + b"/" + name)).write_bytes(body + b"\0\0" * (number + 1))
    summary = ingest(archive, card)
    assert sorted(os.fsencode(Path(path).relative_to(card)) for path in summary["done"]) == sorted(odd)
    listed = data("list", "--json", "--archive", archive)
    kept = sorted(os.fsencode(one["clips"][0]["name"]) for one in listed)
    assert kept == sorted(name.rpartition(b"/")[2] for name in odd)
    run("ingest", card, "--archive", archive, "--model", "demo")
    run("list", "--archive", archive)


def test_a_clip_cut_short_is_failed_with_both_lengths_and_kept(footage, archive, tmp_path):
    whole = tmp_path / "whole.mp4"
    footage.clip(whole, three(), options=["-movflags", "+faststart"])
    cut = tmp_path / "card" / "cut.mp4"
    cut.parent.mkdir()
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (failed,) = ingest(archive, cut.parent, code=1)["failed"]
    assert "ends early" in failed["error"]
    (kept,) = (archive / "originals").glob("*/cut.mp4")
    assert kept.read_bytes() == cut.read_bytes()


def test_a_wrong_setting_is_named_and_nothing_is_begun(archive, tmp_path):
    (archive / "archive.toml").write_text('[transcribe]\nmodle = "small"\n')
    done = subprocess.run(
        [*COMMAND, "ingest", str(tmp_path), "--archive", str(archive)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "modle" in done.stderr
    assert "transcribe.model" in done.stderr


@pytest.mark.fault(
    "disk", "a second copy on a disk that is full", "exit 4; the first copy and its summary stand"
)
def test_a_disk_that_is_full_is_told_with_the_summary_all_the_same(mixed, archive, tmp_path):
    """A file system of half a megabyte for the second copy: nothing is begun, since the room is looked at before."""
    folder, _ = mixed
    small = tmp_path / "small"
    small.mkdir()
    mount = ["/usr/bin/env", "mount", "-t", "tmpfs", "-o", "size=512k", "none", small]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system")
    try:
        summary = ingest(archive, folder, "--also", small, code=4)
    finally:
        subprocess.run(["/usr/bin/env", "umount", small], check=True)
    assert summary["done"] == []
    assert originals(archive) == []


def test_a_damaged_database_is_told_as_damage(archive, tmp_path):
    database = archive / "archive.db"
    database.write_bytes(database.read_bytes()[:5000] + b"\xff" * 60_000)
    run("ingest", tmp_path, "--archive", archive, "--json", code=3)


def test_a_second_ingest_at_the_same_time_says_who_holds_the_archive(mixed, archive):
    """It ends with 5 and touches nothing; the first goes on to its end."""
    folder, _ = mixed
    with subprocess.Popen(
        [*COMMAND, "ingest", str(folder / "film.mp4"), "--archive", str(archive), "--model", "demo"],
        stderr=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stderr is not None
        first.stderr.readline()  # it has begun
        second = subprocess.run(
            [*COMMAND, "ingest", str(folder), "--archive", str(archive)],
            capture_output=True,
            text=True,
            check=False,
        )
        first.communicate(timeout=60)
    assert second.returncode == 5
    assert f"process {first.pid} on" in second.stderr
    assert first.returncode == 0
