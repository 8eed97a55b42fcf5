"""What an import costs, and what it must not load."""

import json
import subprocess
import sys

import extractor

MEASURE = """
import json, sys, time
started = time.process_time()
import extractor
used = time.process_time() - started
from extractor import *
heavy = ["openai", "instructor", "tenacity", "jinja2", "dateparser", "pycountry", "genai_prices", "rich", "typer"]
heavy += ["trafilatura", "pypdf", "docx", "warcio", "feedparser", "pyarrow", "py3langid", "defusedxml", "lxml", "numpy"]
print(json.dumps([used, [name for name in heavy if name in sys.modules]]))
"""


def test_importing_the_library_is_light_and_its_names_load_no_sdk():
    used, loaded = json.loads(subprocess.check_output([sys.executable, "-c", MEASURE]))
    assert used <= 0.25
    assert loaded == []


def test_every_public_name_is_there_and_no_other():
    assert all(getattr(extractor, name) is not None for name in extractor.__all__)
    assert {name for names in extractor._HOMES.values() for name in names} == set(extractor.__all__) - {"__version__"}
    assert not hasattr(extractor, "extract_nothing")


def test_the_help_of_the_command_loads_no_sdk():
    heavy = [
        "openai",
        "instructor",
        "trafilatura",
        "pypdf",
        "docx",
        "warcio",
        "feedparser",
        "pyarrow",
        "py3langid",
        "lxml",
    ]
    code = f"import sys; from extractor.cli import app; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
