"""The wheel, installed in an empty environment, and the packages it may bring."""

import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import CASSETTES, ROOT, SEEDS


@pytest.mark.slow
def test_the_wheel_in_an_empty_environment_finds_its_prompts_and_runs(tmp_path):
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT], check=True)
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    binaries = tmp_path / "venv" / "bin"
    install = [binaries / "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel]
    subprocess.run(install, check=True)
    subprocess.run([binaries / "pip", "check"], check=True)
    command = ["run", SEEDS, "--out", tmp_path / "out", "--model", "openai/desk-llm", "--replay", CASSETTES]
    subprocess.run([binaries / "extractor", *command], check=True, cwd=tmp_path)
    exported = subprocess.check_output([binaries / "extractor", "export", tmp_path / "out"], text=True)
    assert len(exported.splitlines()) == 5
    # The page and its style, script and template are in the wheel, and need no extra.
    for command in (["report", "out", "--out", "r.html"], ["export", "out", "--format", "csv", "--out", "tables"]):
        subprocess.run([binaries / "extractor", *command], check=True, cwd=tmp_path)
    assert (tmp_path / "r.html").read_text(encoding="utf-8").endswith("</html>")


def test_every_dependency_has_a_lower_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert [one for one in wanted if ">=" not in one] == []


def test_the_constraints_name_exact_versions_of_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    pinned = {plain(line.split("==")[0]) for line in lines}
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    assert {plain(re.split(r"[<>=\[]", one)[0]) for one in wanted} <= pinned


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()
