from lianfang.cli.reference import FOLDER, pages


def test_the_reference_is_what_the_code_says():
    for name, content in pages().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == content, f"run `lianfang reference`: {name} is stale"
