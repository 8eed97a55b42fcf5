"""The benchmarks run; what they measure is for people to read, and no test."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT, needs_chromium


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "arguments", "line"),
    [
        ("grounding.py", [], "invented placed"),
        ("overhead.py", ["--articles", "20", "--rounds", "1"], "bare SDK"),
        ("rules.py", ["--articles", "20"], "articles a second"),
        ("rules_scores.py", [], "participants F1"),
        ("evaluation.py", ["--articles", "20"], "scoring, s"),
        ("reading.py", ["--gigabytes", "0.02"], "peak, MB"),
        ("near.py", ["--articles", "200"], "copies found"),
        ("batch.py", ["--only", "stragglers", "--only", "fault"], "poisoned article"),
        ("batch.py", ["--only", "kills", "--kills", "5"], "times killed"),
        ("batch.py", ["--only", "memory", "--many", "2000"], "resume it"),
        ("linking.py", ["--meetings", "200"], "occasions"),
        pytest.param("report.py", ["--articles", "20", "--rounds", "1"], "opened, s", marks=needs_chromium),
        pytest.param("report.py", ["--articles", "20", "--schema"], "opened, s", marks=needs_chromium),
    ],
)
def test_a_benchmark_prints_its_table(script, arguments, line):
    command = [sys.executable, ROOT / "benchmarks" / script, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode in (0, 1), result.stderr
    assert line in result.stdout
