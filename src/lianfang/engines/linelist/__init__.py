"""Reads a line list as it is: recognises columns, understands dates, asks where it cannot know, invents nothing."""

from lianfang.engines.linelist.inspecting import inspect
from lianfang.engines.linelist.mapping import Mapping, MappingError, read_mapping
from lianfang.engines.linelist.preview import Preview
from lianfang.engines.linelist.problems import Problem, Refused
from lianfang.engines.linelist.rows import CaseRow, LinkRow

__all__ = ["CaseRow", "LinkRow", "Mapping", "MappingError", "Preview", "Problem", "Refused", "inspect", "read_mapping"]
