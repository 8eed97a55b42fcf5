"""What an import costs, and what it must not load."""

import json
import subprocess
import sys

MEASURE = """
import json, sys, time
started = time.process_time()
import extractor
used = time.process_time() - started
heavy = ["openai", "instructor", "tenacity", "jinja2", "dateparser", "pycountry", "genai_prices", "rich", "typer"]
print(json.dumps([used, [name for name in heavy if name in sys.modules]]))
"""


def test_importing_the_library_is_light_and_loads_no_sdk():
    measured = [json.loads(subprocess.check_output([sys.executable, "-c", MEASURE])) for _ in range(5)]
    assert [loaded for _, loaded in measured] == [[]] * 5
    # The least of five: other processes can only add to it.
    assert min(used for used, _ in measured) <= 0.25


def test_the_help_of_the_command_loads_no_sdk():
    code = "import sys; from extractor.cli import app; print('openai' in sys.modules, 'instructor' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False", "False"]
