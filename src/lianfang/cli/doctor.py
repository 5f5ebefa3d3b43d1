"""``lianfang doctor``: which parts are here, and how to get the rest. Reads only; needs no database and no Django."""

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from lianfang.cli.speech import say, text

SQLITE_FROM = (3, 31)
JAVA_FROM = 17
LEAST_FREE_GIB = 1
WHOLE_CITY_GIB = 5
_DIST = Path(__file__).resolve().parents[1] / "response" / "web" / "static" / "dist"
_GIB = 2**30


@dataclass(frozen=True)
class Finding:
    """One part: its name, whether it is here, what was found, and how to get it. All but ``good`` as (zh, en)."""

    name: tuple[str, str]
    good: bool
    found: tuple[str, str] = ("", "")
    remedy: tuple[str, str] = ("", "")
    required: bool = False


def both(words: str) -> tuple[str, str]:
    return words, words


@click.command(
    "doctor",
    help=text(
        "说明各组成部分是否就绪，缺什么、怎样补上。必需部分缺失时退出码为 1。",
        "Say which parts are here and how to get the rest. Exits with 1 only when something required is missing.",
    ),
)
def command() -> None:
    findings = [check() for check in CHECKS]
    for finding in findings:
        _print(finding)
    missing = [finding for finding in findings if finding.required and not finding.good]
    if missing:
        names_zh = "、".join(finding.name[0] for finding in missing)
        names_en = ", ".join(finding.name[1] for finding in missing)
        say(f"必需部分有问题：{names_zh}", f"Required and not in order: {names_en}")
        sys.exit(1)
    say("必需部分均已就绪。", "Everything required is here.")


def _print(finding: Finding) -> None:
    mark = "✓" if finding.good else ("✗" if finding.required else "○")
    parts = [
        f"{mark} {name}" + (f"：{found}" if zh and found else f": {found}" if found else "")
        for zh, name, found in ((True, finding.name[0], finding.found[0]), (False, finding.name[1], finding.found[1]))
    ]
    say(*parts)
    if not finding.good and finding.remedy[0]:
        say(f"    → {finding.remedy[0]}", f"    → {finding.remedy[1]}")


def data_folder() -> Path:
    return Path(os.environ.get("LIANFANG_DATA") or Path.cwd() / "data").resolve()


def keys_file() -> Path:
    return Path(os.environ.get("LIANFANG_KEYS") or data_folder() / "keys.json")


def python() -> Finding:
    version = sys.version_info
    return Finding(
        both("Python"), (3, 11) <= version[:2] <= (3, 13), both(f"{version.major}.{version.minor}.{version.micro}"),
        ("请安装 Python 3.11、3.12 或 3.13", "install Python 3.11, 3.12 or 3.13"), required=True,
    )  # fmt: skip


def _existing(path: Path) -> Path:
    """The folder itself, or the nearest one above that stands already."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def data() -> Finding:
    """Whether the data folder can be written; a folder that is not there yet is tried where it would be made."""
    folder = data_folder()
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)):
            good = True
    except OSError:
        good = False
    return Finding(
        ("数据目录", "data folder"), good, both(str(folder)),
        ("不可写：请更改权限，或用 --data DIR 另选目录", "cannot be written: change its permission, or choose another: --data DIR"),
        required=True,
    )  # fmt: skip


def disk() -> Finding:
    free = shutil.disk_usage(_existing(data_folder())).free / _GIB
    enough = (f"可用 {free:.1f} GiB", f"{free:.1f} GiB free")
    if LEAST_FREE_GIB <= free < WHOLE_CITY_GIB:
        enough = (
            f"{enough[0]}；全城规模（--scale 1）需要 {WHOLE_CITY_GIB} GiB",
            f"{enough[1]}; a city at full size (--scale 1) needs {WHOLE_CITY_GIB} GiB",
        )
    return Finding(
        ("磁盘空间", "disk space"), free >= LEAST_FREE_GIB, enough,
        (f"至少需要 {LEAST_FREE_GIB} GiB：请清理，或用 --data DIR 换到别的磁盘", f"at least {LEAST_FREE_GIB} GiB: make room, or choose another disk with --data DIR"),
        required=True,
    )  # fmt: skip


def keys() -> Finding:
    """The keys open every identity: nobody but their owner may read them."""
    path = keys_file()
    name = ("密钥文件", "key file")
    if not path.exists():
        return Finding(name, True, (f"{path}（首次使用时生成）", f"{path} (made on first use)"), required=True)
    mode = stat.S_IMODE(path.stat().st_mode)
    return Finding(
        name, not mode & 0o077 and os.access(path, os.R_OK), both(f"{path} ({mode:o})"),
        (f"只应由所有者读取：chmod 600 {path}", f"only its owner should read it: chmod 600 {path}"), required=True,
    )  # fmt: skip


def sqlite() -> Finding:
    """Version, and whether the pragmas of the embedded database hold on this very disk (they do not on some shares)."""
    required = not os.environ.get("DATABASE_URL", "").startswith("postgres")
    modes = _sqlite_modes()
    good = sqlite3.sqlite_version_info[:2] >= SQLITE_FROM and modes == ("wal", 2, 1)
    said = "journal_mode={}, synchronous={}, foreign_keys={}".format(*modes) if modes else "–"
    return Finding(
        both("SQLite"), good, both(f"{sqlite3.sqlite_version}, {said}"),
        (
            "需要 3.31 以上，且数据目录位于支持 WAL 的本地磁盘；或用 DATABASE_URL 改用 PostgreSQL",
            "needs 3.31 or later, and a data folder on a local disk that supports WAL; or PostgreSQL by DATABASE_URL",
        ),
        required=required,
    )  # fmt: skip


def _sqlite_modes() -> tuple[str, int, int] | None:
    from lianfang.response.databases import SQLITE_PRAGMAS

    try:
        with tempfile.TemporaryDirectory(dir=_existing(data_folder())) as folder:
            connection = sqlite3.connect(Path(folder) / "try.sqlite3")
            try:
                connection.executescript(SQLITE_PRAGMAS)
                names = ("journal_mode", "synchronous", "foreign_keys")
                mode, synchronous, foreign = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
                return mode, synchronous, foreign
            finally:
                connection.close()
    except (OSError, sqlite3.Error):
        return None


def postgresql() -> Finding:
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith(("postgres://", "postgresql://")):
        return _server(url)
    client = shutil.which("psql")
    return Finding(
        both("PostgreSQL"), bool(client), (client or "未使用", client or "not in use"),
        (
            "可选：apt install postgresql，然后设置 DATABASE_URL=postgresql://用户@主机/数据库",
            "optional: apt install postgresql, then set DATABASE_URL=postgresql://user@host/database",
        ),
    )  # fmt: skip


def _server(url: str) -> Finding:
    """The server that DATABASE_URL names. What is printed never holds the password."""
    import psycopg

    name = both("PostgreSQL (DATABASE_URL)")
    try:
        with psycopg.connect(url, connect_timeout=4) as connection:
            version = connection.info.server_version
            where = both(f"{version // 10000}.{version % 10000} · {connection.info.host}")
            return Finding(name, True, where, required=True)
    except psycopg.Error as error:
        kind = type(error).__name__
        return Finding(
            name, False, (f"无法连接（{kind}）", f"cannot be reached ({kind})"),
            (
                "检查服务器是否运行、DATABASE_URL 是否正确；去掉 DATABASE_URL 即用内置的 SQLite",
                "see that the server runs and DATABASE_URL is right; without DATABASE_URL the embedded SQLite is used",
            ),
            required=True,
        )  # fmt: skip


def chromium() -> Finding:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for found in map(shutil.which, names) if found), None)
    return Finding(
        both("Chromium"), path is not None, _found(path),
        ("浏览器测试需要：apt install chromium", "for the browser tests: apt install chromium"),
    )  # fmt: skip


def fonts() -> Finding:
    """A font with Chinese in it: without one, what Chromium prints and the pictures of the documentation show boxes."""
    lines = _said("fc-list", ":lang=zh", "family").splitlines()
    return Finding(
        ("中文字体", "Chinese fonts"), bool(lines), (f"{len(lines)} 种", f"{len(lines)} faces") if lines else _found(None),
        ("截图与打印需要：apt install fonts-noto-cjk", "for pictures and prints: apt install fonts-noto-cjk"),
    )  # fmt: skip


def java() -> Finding:
    version = java_version(_said("java", "-version"))
    return Finding(
        both("Java"), version is not None and version >= JAVA_FROM, _found(str(version) if version else None),
        (
            f"多机运算需要 Java {JAVA_FROM} 以上：apt install default-jre-headless",
            f"for computing on many machines, Java {JAVA_FROM} or later: apt install default-jre-headless",
        ),
    )  # fmt: skip


def java_version(said: str) -> int | None:
    """'openjdk version "17.0.9"' → 17; the old style '"1.8.0_392"' → 8."""
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(match[1]) if match else None


def assets() -> Finding:
    good = (_DIST / "built-from").exists() and (_DIST / "app.css").exists()
    return Finding(
        ("页面资源", "page assets"), good, ("已构建", "built") if good else _found(None),
        ("在源码目录运行：.venv/bin/python hatch_build.py", "in the source tree run: .venv/bin/python hatch_build.py"),
        required=True,
    )  # fmt: skip


def _found(what: str | None) -> tuple[str, str]:
    return (what, what) if what else ("未找到", "not found")


def _said(*words: str) -> str:
    """What a program prints, on either stream; '' where there is none or it does not answer."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr if done.returncode == 0 else ""


CHECKS: tuple[Callable[[], Finding], ...] = (
    python, data, disk, keys, sqlite, assets, postgresql, chromium, fonts, java,
)  # fmt: skip
