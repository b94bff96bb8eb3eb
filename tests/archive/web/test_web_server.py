"""`archive serve` as a process: one line with the address, the pages, a good end."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest

from archive import catalogue, config
from archive.errors import UserError
from archive.web import server, site

PATIENCE = 60


@pytest.fixture
def archive(tmp_path):
    """A new archive without a database."""
    return config.create(tmp_path / "archive", "Served")


@contextmanager
def serving(archive, *options):
    """Start the command and give the process and what it printed first."""
    command = [sys.executable, "-c", "from archive.cli import main; main()", "serve"]
    command += ["--archive", str(archive.folder), "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        yield process, process.stdout.readline().strip() if ready else ""
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_address_answers_there_and_ends_well(archive, stop):
    with serving(archive) as (process, address):
        assert address.startswith("http://127.0.0.1:")
        assert "Nothing has been said here yet." in httpx.get(address, timeout=PATIENCE).text
        assert httpx.get(f"{address}no/such/page", timeout=PATIENCE).status_code == 404
        process.send_signal(stop)
        rest, talk = process.communicate(timeout=PATIENCE)
        assert (process.returncode, rest) == (0, ""), talk


def test_a_browser_that_holds_a_connection_does_not_keep_it_from_ending(archive):
    with serving(archive) as (process, address):
        host, port = address.removeprefix("http://").strip("/").split(":")
        with socket.create_connection((host, int(port))) as held:
            held.sendall(b"GET / HTTP/1.1\r\n")
            started = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        assert time.monotonic() - started < PATIENCE / 2


def test_a_port_that_is_taken_is_said_and_another_named():
    with server.bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"127.0.0.1 port {port} cannot be used") as error:
            server.bind("127.0.0.1", port)
        assert "--port 0" in error.value.remedy


@pytest.mark.parametrize("host", ["no such host", "..", "a" * 70])
def test_a_host_that_is_none_is_said(host):
    with pytest.raises(UserError, match="no address"):
        server.bind(host, 0)


def test_pages_show_what_an_ingest_writes_while_they_are_served(empty):
    assert "Nothing has been said here yet." in empty.text("/")
    db = catalogue.open_catalogue(empty.archive.database, write=True)
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO interviews (slug, title, created) VALUES ('one', 'One', '2026')")
    assert "Nothing has been said here yet." in empty.text("/")
    db.conn.commit()
    db.close()
    assert "One" in empty.text("/")


def test_a_datasette_over_other_databases_keeps_its_own_pages(tmp_path):
    import asyncio
    import sqlite3

    from datasette.app import Datasette

    sqlite3.connect(tmp_path / "archive.db").close()
    other = Datasette([str(tmp_path / "archive.db")])
    assert site.of(other) is None
    response = asyncio.run(other.client.get("/"))
    assert "Datasette" in response.text
    assert asyncio.run(other.client.get(f"/media/{1:032x}/proxy.mp4")).status_code == 404
    other.executor.shutdown()


def test_datasette_finds_the_plugin_once_with_all_its_hooks():
    code = (
        "import archive.web, archive.web.server; from datasette.plugins import pm;"
        "assert [name for name, plugin in pm.list_name_plugin() if plugin is archive.web] == ['archive'];"
        "assert len(pm.hook.handle_exception.get_hookimpls()) == 2"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ))
