"""Measure the peak memory of reading a large JSON Lines file, plain and compressed, and how fast it is read.

    python benchmarks/reading.py [--gigabytes 2] [--json]

The files are made on the fly in a temporary folder and removed. Reading runs in a process of its own, whose peak is
that of the library alone. Aim: under 300 MB, however large the file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

AIM_MB = 300
BYTES_AN_ARTICLE = 4_000
READ = """
import json, resource, sys, time
from pathlib import Path
from extractor.articles import ArticleReader

began = time.perf_counter()
articles = sum(found.article is not None for found in ArticleReader([Path(sys.argv[1])]))
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([articles, seconds, peak // (1024 * 1024 if sys.platform == "darwin" else 1024)]))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=2.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    size = int(options.gigabytes * 1e9)
    with tempfile.TemporaryDirectory() as folder:
        plain = write(Path(folder, "plain.jsonl"), size)
        rows = [measure("JSON Lines", plain, size)]
        plain.unlink()
        rows.append(measure("JSON Lines, gzip", write(Path(folder, "packed.jsonl.gz"), size // 4), size // 4))
    if options.json:
        print(json.dumps(rows))
    else:
        print(f"{'file':<18}{'GB':>6}{'articles':>10}{'articles/s':>12}{'peak, MB':>10}")
        for row in rows:
            print("{file:<18}{gigabytes:>6.2f}{articles:>10,}{articles_a_second:>12,.0f}{peak_mb:>10}".format(**row))
    return int(any(row["peak_mb"] > AIM_MB for row in rows))


def write(path: Path, size: int) -> Path:
    """Write articles until they have that many bytes."""
    chance = random.Random(0)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 10))) for _ in range(5_000)]
    bodies = [" ".join(chance.choices(words, k=BYTES_AN_ARTICLE // 7)) for _ in range(500)]
    opened = gzip.open(path, "wb", compresslevel=1) if path.suffix == ".gz" else path.open("wb")  # noqa: SIM115
    written = number = 0
    with opened as file:
        while written < size:
            number += 1
            record = {"id": f"article-{number}", "published": "2019-03-14", "text": f"{number} {chance.choice(bodies)}"}
            written += file.write(json.dumps(record).encode() + b"\n")
    return path


def measure(name: str, path: Path, size: int) -> dict[str, object]:
    result = subprocess.run([sys.executable, "-c", READ, path], capture_output=True, text=True, check=True)
    articles, seconds, peak = json.loads(result.stdout)
    return {
        "file": name,
        "gigabytes": size / 1e9,
        "articles": articles,
        "articles_a_second": articles / seconds,
        "peak_mb": peak,
    }


if __name__ == "__main__":
    sys.exit(main())
