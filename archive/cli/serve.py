"""`archive serve`: open the archive in the browser."""

from typing import Annotated

import typer

from archive.cli.options import ArchiveOption


def command(
    host: Annotated[
        str, typer.Option(help="The address to listen on; 127.0.0.1 is seen by this machine only.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")
    ] = 8001,
    archive: ArchiveOption = None,
) -> None:
    """Serve the archive's pages until Ctrl-C. Prints their address once they answer."""
    from archive import config
    from archive.web import server

    found = config.find(archive)
    listener = server.bind(host, port)
    server.serve(found, listener, host, lambda address: print(address, flush=True))
