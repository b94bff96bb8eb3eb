"""What can go wrong in the catalogue and the command, and the exit code of each.

    Problem (media.errors)                 1
    └── UserError                          2   usage, or a named thing that is not there
        ├── NoArchiveHere              2   none is named, and none is in the current folder or above it
        ├── DamageFound                    3
        ├── LockedByAnother                5
        └── ForeignDatabase                6   newer than this program, or not ours

The exit codes of the lower floors' errors are in archive.cli.
"""

from media.errors import Problem

# What to do about a database that is damaged.
FROM_BACKUP = "where there is a backup: archive repair --from FOLDER, or archive restore SOURCE DIR"
MEND_DATABASE = f"archive repair; {FROM_BACKUP}"


class UserError(Problem):
    """What the person asked for cannot be done as asked."""

    exit_code = 2


class NoArchiveHere(UserError):
    """No archive is named, and the current folder is in none."""


class DamageFound(UserError):
    """Something that was whole is not whole any more."""

    exit_code = 3


class LockedByAnother(UserError):
    """Another process holds what this one needs."""

    exit_code = 5


class ForeignDatabase(UserError):
    """The database was written by a newer program, or by another one."""

    exit_code = 6
