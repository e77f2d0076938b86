"""The engine side by side with others: `make bench-peers`.

    python -m tests.bench.peers HARNESS SCRATCH CORPUS.jsonl [arguments of the harness's run.py]

The harness is a folder of its own and is not part of this project.  It is copied to SCRATCH,
where it installs the peers once (about 1 GB; as root, on Debian, with the packages
python3-xapian, recoll, python3-recoll, liblucene8-java and openjdk-17-jdk-headless), and is told
of one engine more.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADAPTER = f"""import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.bench.peers_engine import Engine
"""


def main(harness: Path, scratch: Path, corpus: str, arguments: list[str]) -> int:
    python = scratch / "venv" / "bin" / "python"
    if not scratch.exists():
        shutil.copytree(harness, scratch)
        for path in [scratch, *scratch.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
        tell("worker.py", scratch, "CLS = {", 'CLS = {"pressmark": ("pressmark_", "Engine"), ')
        tell("run.py", scratch, 'ALL = "', 'ALL = "pressmark,')
        (scratch / "engines" / "pressmark_.py").write_text(ADAPTER)
    if not python.exists():
        subprocess.run(["sh", str(scratch / "setup.sh")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "rapidfuzz"], check=True)
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
