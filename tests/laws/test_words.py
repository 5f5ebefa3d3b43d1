"""Every sentence of the pages has its Chinese. English is what stands in the code."""

import ast
import re
from pathlib import Path

from lianfang.response.words import catalogues, merged

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "lianfang" / "response"
_SHORT = re.compile(r"""\{%\s*(?:translate|trans)\s+(?:"([^"]+)"|'([^']+)')""")
_BLOCK = re.compile(r"\{%\s*blocktranslate([^%]*)%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.S)
_CALLS = {"_", "gettext", "gettext_lazy"}


def in_templates() -> dict[str, str]:
    found = {}
    for path in PACKAGE.glob("*/templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        for match in _SHORT.finditer(text):
            found[match[1] or match[2]] = path.name
        for match in _BLOCK.finditer(text):
            body = (
                " ".join(line.strip() for line in match[2].strip().splitlines()) if "trimmed" in match[1] else match[2]
            )
            found[re.sub(r"\{\{\s*([\w.]+)\s*\}\}", r"%(\1)s", body)] = path.name
    return found


def in_code() -> dict[str, str]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _CALLS and node.args:
                text = node.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found[text.value] = path.name
    return found


def missing() -> dict[str, str]:
    known = {entry.msgid for entry in merged(catalogues(PACKAGE)) if entry.msgstr}
    return {text: where for text, where in {**in_templates(), **in_code()}.items() if text not in known}


def test_every_sentence_has_its_chinese():
    assert missing() == {}


def test_placeholders_survive_translation():
    for entry in merged(catalogues(PACKAGE)):
        wanted = sorted(re.findall(r"%\(\w+\)[sd]", entry.msgid))
        assert sorted(re.findall(r"%\(\w+\)[sd]", entry.msgstr)) == wanted, entry.msgid
