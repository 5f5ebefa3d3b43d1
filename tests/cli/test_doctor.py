"""What ``lianfang doctor`` says, about folders, keys and programs made for the test."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from lianfang.cli import doctor


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A data folder of its own, English, and no program on the path."""
    for name in ("DATABASE_URL", "LIANFANG_KEYS", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LIANFANG_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(doctor, "_DIST", tmp_path / "dist")
    (tmp_path / "dist").mkdir()
    for name in ("built-from", "app.css"):
        (tmp_path / "dist" / name).touch()
    return tmp_path


def said():
    return CliRunner().invoke(doctor.command)


def program(place: Path, name: str, prints: str) -> None:
    path = place / "bin" / name
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{prints}\nEND\n")
    (place / "bin" / "cat").exists() or (place / "bin" / "cat").symlink_to("/bin/cat")
    path.chmod(0o755)


def test_without_any_optional_part_all_is_well_and_each_is_explained():
    answer = said()
    assert answer.exit_code == 0
    assert "Everything required is here." in answer.output
    for what in ("apt install chromium", "apt install fonts-noto-cjk", "Java 17 or later", "DATABASE_URL=postgresql://"):
        assert what in answer.output


def test_it_leaves_nothing_behind(place):
    said()
    assert not (place / "data").exists()


def test_it_speaks_chinese_where_the_terminal_does(monkeypatch):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    output = said().output
    assert "必需部分均已就绪。" in output
    assert "○ 中文字体：未找到" in output


def test_optional_parts_that_are_here_are_named(place):
    program(place, "chromium", "Chromium 130")
    program(place, "fc-list", "Noto Sans CJK SC\nNoto Serif CJK SC")
    program(place, "java", 'openjdk version "17.0.9" 2023-10-17')
    program(place, "psql", "psql 15")
    output = said().output
    assert "○" not in output
    assert "✓ Chinese fonts: 2 faces" in output


def test_an_old_java_is_not_enough(place):
    program(place, "java", 'java version "1.8.0_392"')
    assert "○ Java: 8" in said().output


@pytest.mark.parametrize(
    ("words", "version"),
    [('openjdk version "21" 2023-09-19', 21), ('java version "1.8.0_392"', 8), ("no java here", None)],
)
def test_versions_of_java_in_both_styles(words, version):
    assert doctor.java_version(words) == version


def test_keys_that_others_can_read_are_a_fault(place):
    (place / "data").mkdir()
    keys = place / "data" / "keys.json"
    keys.write_text("{}")
    keys.chmod(0o644)
    answer = said()
    assert answer.exit_code == 1
    assert f"chmod 600 {keys}" in answer.output
    keys.chmod(0o600)
    assert said().exit_code == 0


def test_a_data_folder_that_cannot_be_made_is_a_fault(place, monkeypatch):
    (place / "file").touch()
    monkeypatch.setenv("LIANFANG_DATA", str(place / "file" / "data"))
    answer = said()
    assert answer.exit_code == 1
    assert "✗ data folder" in answer.output


def test_too_little_disk_is_a_fault_and_a_little_is_said(monkeypatch):
    usage = type("Usage", (), {"free": 2**29})
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage)
    assert said().exit_code == 1
    usage.free = 2 * 2**30
    answer = said()
    assert answer.exit_code == 0
    assert "a city at full size (--scale 1) needs 5 GiB" in answer.output


def test_a_server_that_is_named_must_answer_and_its_password_is_not_printed(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@127.0.0.1:9/lianfang")
    answer = said()
    assert answer.exit_code == 1
    assert "cannot be reached" in answer.output
    assert "secret" not in answer.output


def test_a_disk_without_the_careful_mode_is_a_fault(monkeypatch):
    monkeypatch.setattr(doctor, "_sqlite_modes", lambda: ("delete", 2, 1))
    answer = said()
    assert answer.exit_code == 1
    assert "journal_mode=delete" in answer.output


def test_pages_without_their_assets_are_a_fault(place):
    os.remove(place / "dist" / "app.css")
    answer = said()
    assert answer.exit_code == 1
    assert "hatch_build.py" in answer.output


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_server_that_answers_is_named(monkeypatch):
    from django.db import connection

    given = connection.get_connection_params()
    host = given.get("host", "")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{given['user']}@/{given['dbname']}?host={host}")
    assert "✓ PostgreSQL (DATABASE_URL)" in said().output
