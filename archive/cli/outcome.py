"""The end of `archive ingest` for people: what is done, what was there, what failed and what to do."""

from collections import Counter

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from archive.cli.display import shown
from archive.intake.summary import Summary


def show(summary: Summary) -> None:
    """Print a table of the run on stderr, and how to go on where there is more to do."""
    console = Console(stderr=True, highlight=False)
    table = Table(box=box.SIMPLE_HEAD, show_header=False, pad_edge=False)
    table.add_row("done", str(len(summary.done)))
    table.add_row("already there", str(len(summary.present)))
    table.add_row("failed", str(len(summary.failed)))
    if summary.skipped:
        table.add_row("no clips", str(len(summary.skipped)))
    console.print(table)
    for failed in summary.failed:
        console.print(f"[bold red]failed[/] {escape(shown(failed.path))} ({failed.step})", soft_wrap=True)
        console.print(f"       {escape(shown(failed.error))}", soft_wrap=True)
        if failed.remedy:
            console.print(f"       Try: {escape(shown(failed.remedy))}", soft_wrap=True)
    for why, count in Counter(skipped.why for skipped in summary.skipped).most_common():
        console.print(f"not taken: {count} x {escape(shown(why))}", soft_wrap=True)
    for step, count in summary.stale.items():
        console.print(
            f"{count} clips have {step} of other settings than today's. Make them again with: "
            f"archive ingest PATH... --redo {step}",
            soft_wrap=True,
        )
    if summary.done:
        console.print("Find what was said: archive search WORDS   Open it in the browser: archive serve")
    if summary.stopped:
        console.print("Stopped. What was finished is kept; go on with: archive ingest")
