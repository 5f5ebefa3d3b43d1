import pytest

from lianfang.engines.linelist import inspect
from lianfang.engines.linelist.mapping import build_mapping


@pytest.fixture
def read(tmp_path):
    """``read(text, links, answers)``: what is understood of a list, beside its contacts file, with the user's answers."""

    def _read(text, links=None, encoding="utf-8", **answers):
        path = tmp_path / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        contacts = None
        if links is not None:
            contacts = tmp_path / "links.csv"
            contacts.write_text(links)
        return inspect(path, contacts, build_mapping(answers))

    return _read


@pytest.fixture
def said():
    def _said(preview, severity):
        return [(problem.code, problem.row, problem.value) for problem in preview.of(severity)]

    return _said
