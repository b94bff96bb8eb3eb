"""The pipeline's order, its lanes and what it records, with steps that only say what they did."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.clip import Clip
from ingest.errors import StepFailed
from ingest.ledger import MemoryLedger
from ingest.pipeline import Event, Pipeline, Task
from ingest.steps import Step
from ingest.transcript import Block, Transcript
from media.errors import Damaged, Stopped, Unreadable

ORDER: tuple[Step, ...] = ("sound", "renditions", "transcribe")


class Crew:
    """Steps that note what they did, and fail where they are told to."""

    def __init__(self, ledger=None):
        self.ledger = ledger or MemoryLedger()
        self.stop = threading.Event()
        self.did = []
        self.languages = {}
        self.raises = {}
        self.events: list[Event] = []

    def step(self, name):
        def run(clip, context):
            self.did.append((clip.hash, name))
            if name == "transcribe":
                self.languages[clip.hash] = clip.language or clip.earlier
            error = self.raises.get((clip.hash, name))
            if error:
                raise error
            if name == "transcribe":
                context.keep(0, Block(0, 1000, "fr"))
                return replace(clip, transcript=Transcript("fr" if clip.hash != "silent" else None))
            return clip

        return run

    def run(self, *interviews, steps=ORDER):
        for clips in interviews:
            for clip in clips:
                self.ledger.done(clip, "probe", "{}")
        tasks = [Task(clip.hash, step, "{}") for step in steps for clips in interviews for clip in clips]
        pipeline = Pipeline(
            {name: self.step(name) for name in steps}, self.ledger, self.events.append, self.stop
        )
        return pipeline.run(interviews, tasks)


def clip(name):
    return Clip(name, f"{name}.mov", Path(name), 1)


def test_every_step_of_every_clip_is_done_and_recorded():
    crew = Crew()
    crew.run([clip("a")], [clip("b")])
    assert sorted(crew.did) == sorted((name, step) for name in "ab" for step in ORDER)
    assert all(crew.ledger.record(name, step).state == "done" for name in "ab" for step in ORDER)


def test_a_clip_is_listened_to_before_it_is_transcribed():
    crew = Crew()
    crew.run([clip("a")], [clip("b")])
    for name in "ab":
        assert crew.did.index((name, "sound")) < crew.did.index((name, "transcribe"))


def test_one_bad_clip_does_not_stop_the_others():
    """Its later steps are left out, every other clip goes through."""
    crew = Crew()
    crew.raises["a", "sound"] = Damaged("a.mov: ends early")
    crew.run([clip("a")], [clip("b")])
    assert ("a", "renditions") not in crew.did
    assert ("a", "transcribe") not in crew.did
    assert crew.ledger.record("b", "transcribe").state == "done"
    record = crew.ledger.record("a", "sound")
    assert (record.state, record.error, record.permanent) == ("failed", "a.mov: ends early", True)


def test_a_fault_of_the_program_is_a_failed_step_that_may_be_tried_again():
    crew = Crew()
    crew.raises["a", "renditions"] = ZeroDivisionError("oh")
    crew.run([clip("a")])
    record = crew.ledger.record("a", "renditions")
    assert record.state == "failed"
    assert not record.permanent
    assert "ZeroDivisionError" in record.error


def test_a_clip_on_a_disk_that_was_unplugged_may_be_tried_again():
    crew = Crew()
    gone = Unreadable("a.mov: cannot be opened")
    gone.__cause__ = FileNotFoundError(2, "No such file or directory")
    crew.raises["a", "sound"] = gone
    crew.run([clip("a")])
    assert not crew.ledger.record("a", "sound").permanent


def test_a_clip_is_told_the_language_of_the_first_clip_of_its_interview_that_speaks():
    crew = Crew()
    crew.run([clip("silent"), clip("b"), clip("c")], [clip("other")])
    assert crew.languages == {"silent": None, "b": None, "c": "fr", "other": None}


def test_a_language_that_the_crew_gave_is_kept():
    crew = Crew()
    crew.run([replace(clip("a"), language="it")])
    assert crew.languages == {"a": "it"}


def test_finished_blocks_are_recorded_while_the_step_goes_on_and_dropped_when_it_is_done():
    crew = Crew()
    kept = []
    crew.ledger.keep = lambda *what: kept.append(what)
    crew.run([clip("a")])
    assert kept == [("a", "{}", 0, Block(0, 1000, "fr"))]


def test_a_stop_leaves_what_is_finished_recorded_and_what_is_not_unrecorded():
    crew = Crew()

    def stopping(clip, context):
        context.stop.set()
        raise Stopped("stopped")

    crew.ledger.done(clip("a"), "probe", "{}")
    tasks = [Task("a", "sound", "{}"), Task("a", "renditions", "{}")]
    steps = {"sound": crew.step("sound"), "renditions": stopping}
    with pytest.raises(Stopped):
        Pipeline(steps, crew.ledger, crew.events.append, crew.stop).run([[clip("a")]], tasks)
    assert crew.ledger.record("a", "sound").state == "done"
    assert crew.ledger.record("a", "renditions") is None


def test_transcription_and_renditions_run_at_the_same_time():
    """Each waits for the other to have begun; in one lane they would wait for ever."""
    crew = Crew()
    both = threading.Barrier(2, timeout=20)

    def meets(clip, context):
        both.wait()
        return clip

    for name in "ab":
        crew.ledger.done(clip(name), "probe", "{}")
        crew.ledger.done(clip(name), "sound", "{}")
    steps = {"renditions": meets, "transcribe": meets}
    tasks = [Task("a", "renditions", "{}"), Task("b", "transcribe", "{}")]
    Pipeline(steps, crew.ledger, crew.events.append, crew.stop).run([[clip("a")], [clip("b")]], tasks)
    assert crew.ledger.record("b", "transcribe").state == "done"


def test_a_failed_ledger_ends_the_run_instead_of_hanging_it():
    crew = Crew()

    def full(*_):
        raise OSError("disk full")

    crew.ledger.keep = full
    with pytest.raises(OSError, match="disk full"):
        crew.run([clip("a")])


def test_a_step_failure_names_its_step():
    crew = Crew()
    crew.raises["a", "transcribe"] = StepFailed("transcribe", "no", "yes")
    crew.run([clip("a")])
    assert [event.failure.step for event in crew.events if event.failure] == ["transcribe"]
