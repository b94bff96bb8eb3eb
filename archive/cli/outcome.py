"""The end of `archive ingest` for people: what is done, what was there, what failed and what to do."""

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from archive.display import shown
from archive.intake.summary import Failed, Summary
from ingest.steps import Step, redo

# What each step makes, in the words of those who look at it.
MADE: dict[Step, str] = {
    "copy": "the copies",
    "probe": "what is known",
    "sound": "the sound",
    "renditions": "the renditions",
    "transcribe": "the transcripts",
    "translate": "the translations",
}


def show(summary: Summary) -> None:
    """Print a table of the run on stderr, and how to go on where there is more to do."""
    console = Console(stderr=True, highlight=False)
    console.print(_counts(summary))
    for (step, error, remedy), paths in _by_cause(summary.failed).items():
        for path in paths:
            console.print(f"[bold red]failed[/] {escape(shown(path))} ({step})", soft_wrap=True)
        console.print(f"       {escape(shown(error))}", soft_wrap=True)
        if remedy:
            console.print(f"       Try: {escape(shown(remedy))}", soft_wrap=True)
    if any(failed.step in ("transcribe", "translate") for failed in summary.failed):
        console.print("The footage is safe. Once that is mended, go on with: archive ingest", soft_wrap=True)
    for what, files in (("kept as it is", summary.companions), ("not taken", summary.skipped)):
        for why, count in Counter(each.why for each in files).most_common():
            console.print(f"{what}: {count} x {escape(shown(why))}", soft_wrap=True)
    for step, clips in summary.stale.items():
        console.print(
            f"Made with other settings than today's: {MADE[step]} of {len(clips)} clip{'s' * (len(clips) != 1)}. "
            f"To make that again: {escape(shown(redo(step, clips)))}",
            soft_wrap=True,
        )
    for verdict in summary.verdicts:
        style = "bold green" if verdict.safe else "bold red"
        console.print(escape(shown(str(verdict))), style=style, soft_wrap=True)
    if summary.stopped:
        console.print("Stopped. What was finished is kept; go on with: archive ingest")


def _counts(summary: Summary) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_header=False, pad_edge=False)
    rows: dict[str, Sequence[object]] = {
        "done": summary.done,
        "already there": summary.present,
        "failed": summary.failed,
        "kept with them": summary.companions,
        "not taken": summary.skipped,
    }
    for name, files in rows.items():
        if files or name in {"done", "already there", "failed"}:
            table.add_row(name, str(len(files)))
    return table


def _by_cause(failures: Sequence[Failed]) -> dict[tuple[Step, str, str], list[str]]:
    """The files that failed at the same step for the same reason: a missing model is told once, not once a clip."""
    causes: dict[tuple[Step, str, str], list[str]] = {}
    for failed in failures:
        causes.setdefault((failed.step, failed.error, failed.remedy), []).append(failed.path)
    return causes
