"""Every setting is checked at the start, and the one that is wrong is named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from council.settings import NAMES, BadSetting, Environment, Settings

SECRET = "Xq3-8sPq0aLmZ_w7RtY2uV5bNc9KdE4f"
PRODUCTION = {"COUNCIL_ENV": "production", "COUNCIL_SECRET": SECRET, "COUNCIL_BASE_URL": "https://garden.example"}


def test_defaults():
    settings = Settings.from_env({"HOME": "/home/alice", "PATH": "/bin"})
    assert settings.environment is Environment.DEVELOPMENT
    assert not settings.is_production
    assert settings.sqlite_path == Path("data/council.db")
    assert settings.files == Path("data/files")
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.now_file is None
    assert settings.trusted_proxies == 0


def test_everything_set(tmp_path):
    now = tmp_path / "now"
    now.write_text("2026-03-01T09:00:00+08:00\n")
    settings = Settings.from_env(
        {
            "COUNCIL_ENV": "test",
            "COUNCIL_DATA": "/srv/council",
            "COUNCIL_SECRET": SECRET,
            "COUNCIL_BASE_URL": "https://garden.example:8443/",
            "COUNCIL_NOW_FILE": str(now),
            "COUNCIL_METRICS_TOKEN": "0123456789abcdef",
            "COUNCIL_TRUSTED_PROXIES": "2",
            "COUNCIL_POOL_SIZE": "20",
            "DATABASE_URL": "postgresql://council:pass%40word@db.example:5432/council",
        }
    )
    assert settings.environment is Environment.TEST
    assert settings.sqlite_path is None
    assert settings.database_url == "postgresql://council:pass%40word@db.example:5432/council"
    assert settings.base_url == "https://garden.example:8443"
    assert (settings.trusted_proxies, settings.pool_size) == (2, 20)
    assert settings.clock().now() == datetime(2026, 3, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///council.db", "council.db"),
        ("sqlite:////srv/council.db", "/srv/council.db"),
        ("/srv/院 子.db", "/srv/院 子.db"),
        ("council.db", "council.db"),
    ],
)
def test_sqlite_paths(url, path):
    assert Settings.from_env({"DATABASE_URL": url}).sqlite_path == Path(path)


def test_empty_is_not_set():
    assert Settings.from_env({"COUNCIL_ENV": "", "COUNCIL_NOW_FILE": "", "COUNCIL_BOGUS": ""}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COUNCIL_SECRETS", "x"),
        ("COUNCIL_", "x"),
        ("COUNCIL_ENV", "prod"),
        ("COUNCIL_ENV", "Production"),
        ("COUNCIL_SECRET", "short"),
        ("COUNCIL_SECRET", "a" * 64),
        ("COUNCIL_BASE_URL", "garden.example"),
        ("COUNCIL_BASE_URL", "ftp://garden.example"),
        ("COUNCIL_BASE_URL", "https://garden.example/council"),
        ("COUNCIL_BASE_URL", "https://"),
        ("COUNCIL_BASE_URL", "https://garden.example:port"),
        ("COUNCIL_NOW_FILE", "no such file"),
        ("COUNCIL_METRICS_TOKEN", "short"),
        ("COUNCIL_TRUSTED_PROXIES", "-1"),
        ("COUNCIL_TRUSTED_PROXIES", "１"),
        ("COUNCIL_POOL_SIZE", "many"),
        ("COUNCIL_POOL_SIZE", "0"),
        ("COUNCIL_POOL_SIZE", "1.5"),
        ("DATABASE_URL", "mysql://db.example/council"),
        ("DATABASE_URL", "postgresql://db.example"),
        ("DATABASE_URL", "postgresql://db.example:x/council"),
        ("DATABASE_URL", ":memory:"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:council.db"),
    ],
)
def test_what_is_wrong_is_named(name, value):
    with pytest.raises(BadSetting) as caught:
        Settings.from_env({name: value})
    assert caught.value.name == name
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-03-01T09:00:00", "2026-13-01T09:00:00Z"])
def test_the_file_of_the_present_holds_one_instant(tmp_path, text):
    (tmp_path / "now").write_text(text)
    with pytest.raises(BadSetting, match="COUNCIL_NOW_FILE"):
        Settings.from_env({"COUNCIL_NOW_FILE": str(tmp_path / "now")})


def test_production():
    assert Settings.from_env(PRODUCTION).is_production
    for name in ("COUNCIL_SECRET", "COUNCIL_BASE_URL"):
        with pytest.raises(BadSetting, match=name):
            Settings.from_env({key: value for key, value in PRODUCTION.items() if key != name})
    with pytest.raises(BadSetting, match="COUNCIL_SECRET"):
        Settings.from_env(PRODUCTION | {"COUNCIL_SECRET": Settings.from_env({}).secret})


def test_no_other_present_in_production(tmp_path):
    (tmp_path / "now").write_text("2026-03-01T09:00:00Z")
    with pytest.raises(BadSetting, match="COUNCIL_NOW_FILE: is refused in production"):
        Settings.from_env(PRODUCTION | {"COUNCIL_NOW_FILE": str(tmp_path / "now")})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://council:hunter2@db.example/council",
        "postgresql://council@db.example/council?password=hunter2&sslmode=require",
    ],
)
def test_describe_names_everything_and_tells_no_secret(url):
    settings = Settings.from_env(PRODUCTION | {"DATABASE_URL": url, "COUNCIL_METRICS_TOKEN": "hunter2" * 3})
    described = settings.describe()
    assert {name for name, _ in described} == {*NAMES, "DATABASE_URL"}
    for text in (str(described), repr(settings)):
        assert "hunter2" not in text
        assert SECRET not in text
    assert "db.example" in dict(described)["DATABASE_URL"]
