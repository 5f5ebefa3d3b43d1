"""The engines are typed throughout: what crosses their border is what it says it is."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_engines_are_typed(tmp_path):
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "src/lianfang/engines", "--cache-dir", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
