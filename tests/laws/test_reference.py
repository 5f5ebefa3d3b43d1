from lianfang.cli.reference import FOLDER, pages
from lianfang.cli.speech import chinese


def test_the_reference_is_what_the_code_says():
    for name, content in pages().items():
        if name == "commands.md" and chinese():
            continue  # commands speak the terminal's language; the page is written in English
        assert (FOLDER / name).read_text(encoding="utf-8") == content, f"run `lianfang reference`: {name} is stale"
