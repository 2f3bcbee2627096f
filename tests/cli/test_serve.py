"""`council serve`: starts, answers, stops cleanly with what is under way, leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.commands import COUNCIL, ROOT, council, environment, free_port


@contextmanager
def serving(*words: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server that is ready, in a process group of its own, and its address. Whatever is left of it is killed."""
    port = free_port()
    process = subprocess.Popen(
        (*COUNCIL, "serve", "--port", str(port), *words),
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
