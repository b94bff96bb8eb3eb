"""What can go wrong with a file, its sound and ffmpeg.

    Problem                what a person must know: what happened, and what to do next
    ├── Unreadable         the file is not a clip that we can read
    ├── Damaged            the file holds less than it promises
    ├── ToolFailed         ffmpeg ended with an error, or was ended by a limit
    ├── ToolMissing        there is no ffmpeg where it should be
    ├── CopyFailed         the copy is not what the file is
    ├── Changed            the file changed while it was read
    ├── NoRoom             no space or no permission to write
    │   └── VolumeAbsent   the disk that holds it is not mounted
    └── Stopped            somebody asked us to stop

Each says what happened and what to do next; the floors above add theirs.
"""


class Problem(Exception):
    """The root of every error that a person gets to read; never raised itself.

    Attributes:
        message: what happened, naming the file.
        remedy: what to do next, a sentence or a command.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class Unreadable(Problem):
    """The file has the ending of a clip and is none."""


class Damaged(Problem):
    """The file ends before the length that its container promises."""


class ToolFailed(Problem):
    """Ffmpeg ended with an error or hit a limit; the message ends in what it said last.

    Where its cause is an OSError, not the file but the system was at fault: a disk, or somebody who ended it.
    """


class ToolMissing(Problem):
    """There is no ffmpeg at the place where archive.toml, ARCHIVE_FFMPEG or the package puts it."""


class CopyFailed(Problem):
    """The copy is not what the source is; nothing was put in place."""


class Changed(Problem):
    """The file changed while it was read, so that nobody knows what was read."""


class NoRoom(Problem):
    """The disk is full, or the folder may not be written."""


class VolumeAbsent(NoRoom):
    """A folder is not the one that it was: its disk is not mounted."""


class Stopped(Problem):
    """Ctrl-C or SIGTERM arrived; what was finished is recorded."""
