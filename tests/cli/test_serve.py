"""`council serve`: starts, answers, stops cleanly with what is under way, leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from council.cli.serve import CONNECTIONS
from tests.cli.commands import COUNCIL, ROOT, council, environment, free_port


@contextmanager
def serving(*words: str, after: str = "", **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server that is ready, in a process group of its own, and its address. Whatever is left of it is killed.

    `after`: Python that is run first, to make its limits small.
    """
    port = free_port()
    program = (sys.executable, "-c", f"{after}\nfrom council.cli import main\nraise SystemExit(main())")
    process = subprocess.Popen(
        (*(program if after else COUNCIL), "serve", "--port", str(port), *words),
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, process)
        yield process, address
    finally:
        if alive_in_group(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until_ready(address: str, process: subprocess.Popen[str]) -> None:
    for _ in range(400):
        assert process.poll() is None, process.communicate()[0]
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("not ready after 40 s")


def alive_in_group(group: int) -> list[int]:
    """Processes of this group that are not mere entries waiting to be reaped."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    with serving(COUNCIL_DATA=str(tmp_path)) as (process, address):
        assert httpx.get(f"{address}/healthz").text == "alive\n"
        httpx.get(f"{address}/join/ABCD2345?code=secret&phone=13800000000")
        process.send_signal(number)
        said = process.communicate(timeout=20)[0]
        assert process.returncode == 0
        assert alive_in_group(process.pid) == []
    assert said.splitlines()[-1] == "stopped"
    # No access log: neither codes nor telephones.
    assert "ABCD2345" not in said
    assert "13800000000" not in said
    assert (tmp_path / "council.db").exists()


def test_a_request_under_way_is_finished(tmp_path: Path) -> None:
    """Its head has arrived, its body not yet, when the server is told to stop."""
    with serving(COUNCIL_DATA=str(tmp_path)) as (process, address):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as line:
            line.sendall(
                b"POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nphone"
            )
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert process.poll() is None
            line.sendall(b"=170")
            answer = line.recv(4096)
        assert answer.startswith(b"HTTP/1.1 4")
        process.communicate(timeout=20)
        assert process.returncode == 0


def test_so_many_connections_are_open_at_once_and_no_more(tmp_path: Path) -> None:
    """Those who come then wait at the door until somebody leaves."""
    with serving(COUNCIL_DATA=str(tmp_path), after="import council.cli.serve as serve\nserve.CONNECTIONS = 12") as (
        _,
        address,
    ):
        host, port = address.removeprefix("http://").split(":")
        with ExitStack() as lines:

            def come() -> socket.socket:
                line = lines.enter_context(socket.create_connection((host, int(port)), timeout=20))
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                return line

            inside = [come() for _ in range(12)]
            for line in inside:
                assert line.recv(4096).startswith(b"HTTP/1.1 200")
            late = come()
            late.settimeout(1.5)
            with pytest.raises(TimeoutError):
                late.recv(4096)
            inside[0].close()
            late.settimeout(20)
            assert late.recv(4096).startswith(b"HTTP/1.1 200")


def test_more_connections_than_wait_at_the_door(tmp_path: Path) -> None:
    """A page that stays current holds one: what the server takes by itself, as many as its backlog, is too few."""
    with serving(COUNCIL_DATA=str(tmp_path)) as (_, address), ExitStack() as lines:
        host, port = address.removeprefix("http://").split(":")
        for _ in range(700):
            line = lines.enter_context(socket.create_connection((host, int(port)), timeout=10))
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 200")


def test_it_may_open_as_many_files_as_the_system_allows(tmp_path: Path) -> None:
    """Shells let a process open 1,024; the connections want more."""
    small = "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (256, 9000))"
    with serving(COUNCIL_DATA=str(tmp_path), after=small) as (process, _):
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        found = re.search(r"^Max open files +(\d+) ", limits, re.MULTILINE)
        assert found is not None
        assert int(found[1]) >= CONNECTIONS + 1000


LONG = 30
"""Seconds: half of what is waited where nobody says otherwise, enough for a machine that is busy with other tests."""
HEAD = b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"


@pytest.mark.parametrize("path", ["/login", "/locale", "/c/garden/proposals"])
def test_a_body_that_trickles_is_not_waited_for(tmp_path: Path, path: str) -> None:
    """One byte now and then keeps nobody's place; whoever is merely slow is read to the end."""
    small = "import council.web.pace as pace\npace.PATIENCE = 1.5\npace.SLOWEST = 1000"
    with serving(COUNCIL_DATA=str(tmp_path), after=small) as (process, address):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as line:
            # From our own page, as far as a server can tell: else the words of a stranger's form are not read at all.
            line.sendall((HEAD % (path.encode(), 5000)).replace(b"Host", b"Sec-Fetch-Site: same-origin\r\nHost"))
            since, heard = time.monotonic(), b""
            line.settimeout(0.2)
            while time.monotonic() < since + LONG:
                try:
                    line.sendall(b"a")
                    piece = line.recv(65536)
                except TimeoutError:
                    continue
                except OSError:
                    break
                if not piece:
                    break
                heard += piece
            took = time.monotonic() - since
        assert heard.startswith(b"HTTP/1.1 408 ")
        assert "网络太慢" in heard.decode("utf-8", "replace") or "too slow" in heard.decode("utf-8", "replace")
        assert 1 < took < LONG, "and the connection is closed"
        with socket.create_connection((host, int(port)), timeout=20) as line:
            line.sendall(HEAD % (b"/login", 10000))
            for _ in range(10):  # in three seconds, half of them more than the first second and a half
                line.sendall(b"a" * 1000)
                time.sleep(0.3)
            answer = line.recv(4096)
            assert answer.startswith(b"HTTP/1.1 4")
            assert not answer.startswith(b"HTTP/1.1 408 ")
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=20)[0]
    assert f"too slow, and not waited for: POST {path}" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("path", ["/login", "/locale"])
def test_whoever_is_cut_off_is_one_line_of_the_log(tmp_path: Path, kind: str, path: str) -> None:
    with serving(COUNCIL_DATA=str(tmp_path)) as (process, address):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as line:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: 5000\r\n\r\n"
            line.sendall(head.encode() + b"phone=13800000000")
            time.sleep(0.3)
        assert httpx.get(f"{address}/healthz").status_code == 200
        requests = _counted(address, path)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=20)[0]
    about = [line for line in said.splitlines() if "council.web" in line]
    assert len(about) == 1
    assert about[0].endswith(f"WARNING council.web: cut off before all of it had arrived: POST {path}")
    assert "Traceback" not in said
    assert "13800000000" not in said
    assert requests == {"400"}


def _counted(address: str, path: str) -> set[str]:
    """The statuses that requests to a path have been counted under, once there are any."""
    for _ in range(100):
        found = set(
            re.findall(rf'council_requests_total{{[^}}]*path="{path}"[^}}]*status_code="(\d+)"', _metrics(address))
        )
        if found:
            return found
        time.sleep(0.1)
    return set()


def _metrics(address: str) -> str:
    return httpx.get(f"{address}/metrics").text


def test_links_lead_to_the_port_that_is_served(tmp_path: Path, database_url: str) -> None:
    """A feed is read elsewhere: its addresses are whole ones. Workers read their settings for themselves."""
    settings = {"DATABASE_URL": database_url, "COUNCIL_DATA": str(tmp_path)}
    workers = () if database_url.startswith("sqlite") else ("--workers", "2")
    with serving(*workers, **settings) as (_, address):
        assert council("community", "add", "garden", "花园小区", **settings).returncode == 0
        assert f"{address}/c/garden/" in httpx.get(f"{address}/c/garden/feed.atom").text
    with serving(COUNCIL_BASE_URL="https://council.example", **settings) as (_, address):
        assert "https://council.example/c/garden/" in httpx.get(f"{address}/c/garden/feed.atom").text


def test_several_workers_on_postgresql(database_url: str, tmp_path: Path) -> None:
    if database_url.startswith("sqlite"):
        done = council("serve", "--workers", "2", DATABASE_URL=database_url, COUNCIL_DATA=str(tmp_path))
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "SQLite" in done.stderr
        return
    with serving("--workers", "2", DATABASE_URL=database_url, COUNCIL_DATA=str(tmp_path)) as (process, address):
        assert len(alive_in_group(process.pid)) >= 3
        assert httpx.get(f"{address}/login").status_code == 200
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)
        assert process.returncode == 0
        assert alive_in_group(process.pid) == []


def test_workers_follow_a_killed_parent(database_url: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": database_url, "COUNCIL_DATA": str(tmp_path)}
    workers = () if database_url.startswith("sqlite") else ("--workers", "2")
    with serving(*workers, **settings) as (process, _):
        process.kill()
        process.wait()
        deadline = time.monotonic() + 45
        while alive_in_group(process.pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert alive_in_group(process.pid) == []


def test_what_it_refuses(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for words in (
            ("--port", str(taken.getsockname()[1])),
            ("--port", "0"),
            ("--port", "70000"),
            ("--workers", "0"),
            ("--host", "no.such.host.invalid"),
        ):
            done = council("serve", *words, COUNCIL_DATA=str(tmp_path / "none"))
            assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), words
    assert not (tmp_path / "none").exists()


def test_without_migrating_it_is_not_ready(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        (*COUNCIL, "serve", "--no-migrate", "--port", str(port)), cwd=ROOT, env=environment(COUNCIL_DATA=str(tmp_path)),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(200):
            try:
                status = httpx.get(f"http://127.0.0.1:{port}/readyz").status_code
                break
            except httpx.TransportError:
                time.sleep(0.1)
        assert status == 503
    finally:
        process.terminate()
        process.communicate(timeout=20)
