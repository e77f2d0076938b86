"""The engine side by side with others: `make bench-peers`.

    python -m tests.bench.peers HARNESS SCRATCH CORPUS.jsonl [arguments of the harness's run.py]

    make bench-peers ARGS="HARNESS SCRATCH CORPUS.jsonl --engines pressmark,pressmark3,tantivy"

The harness is a folder of its own and is not part of this project.  It is copied to SCRATCH,
where it installs the peers once (about 1 GB; as root, on Debian, with the packages
python3-xapian, recoll, python3-recoll, liblucene8-java and openjdk-17-jdk-headless), and is told
of two engines more: `pressmark`, with one segment, and `pressmark3`, with three.  It prints the
table and writes `results.json` to its folder `out`; the machine is named first.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench.machine import machine

NEEDED = ("rapidfuzz", "cachetools")
"""What the engine imports beside Whoosh and numpy."""

ROOT = Path(__file__).resolve().parents[2]
ADAPTER = """import os, sys
sys.path.insert(0, {0!r})
os.environ["PRESSMARK_SEGMENTS"] = "{1}"
from tests.bench.peers_engine import Engine
"""


def main(harness: Path, scratch: Path, corpus: str, arguments: list[str]) -> int:
    python = scratch / "venv" / "bin" / "python"
    if not scratch.exists():
        shutil.copytree(harness, scratch)
        for path in [scratch, *scratch.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
        for name, segments in (("pressmark", 1), ("pressmark3", 3)):
            tell("worker.py", scratch, "CLS = {", f'CLS = {{"{name}": ("{name}_", "Engine"), ')
            tell("run.py", scratch, 'ALL = "', f'ALL = "{name},')
            (scratch / "engines" / f"{name}_.py").write_text(ADAPTER.format(str(ROOT), segments))
    if not python.exists():
        subprocess.run(["sh", str(scratch / "setup.sh")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *NEEDED], check=True)
    sys.stdout.write(f"{machine()}\n")
    sys.stdout.flush()
    command = [str(python), str(scratch / "run.py"), "--corpus", corpus, *arguments]
    return subprocess.run(command, check=False).returncode


def tell(name: str, scratch: Path, known: str, more: str) -> None:
    """Write `more` where the harness's file `name` has `known`."""
    path = scratch / name
    text = path.read_text(encoding="utf-8")
    if known not in text:
        raise SystemExit(f"{path}: there is no {known!r} any more; add the engine by hand.")
    path.write_text(text.replace(known, more, 1), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4:]))
