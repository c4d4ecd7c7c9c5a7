"""`make bench`: what a bystander waits for while hostile requests run, and the server's memory."""

import re
import subprocess
import sys
import time

from support.hostile.bystander import PATHS, Bystander, Seen
from support.hostile.programs import ROWS

MEGABYTE = 1 << 20


def print_row(seen: Seen) -> None:
    waits = " ".join(f"{seen.worst[path]:9.3f}" for path in PATHS)
    sizes = " ".join(f"{size / MEGABYTE:7.0f}" for size in (seen.before, seen.peak, seen.after))
    wrong = f"  {len(seen.wrong)} wrong: {seen.wrong[0]}" if seen.wrong else ""
    print(f"{seen.row:22} {waits} {seen.slowest:9.3f} {seen.fair:9.3f} {sizes}{wrong}", flush=True)


def main() -> None:
    command = [sys.executable, "-m", "jjjkg.cli", "serve", "--port", "0", "--quiet"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        found = None
        while not found:
            found = re.search(r"ready: .*:(\d+)/", process.stderr.readline())
        bystander = Bystander.of(int(found[1]), process.pid)
        print(f"{'':22} {'worst wait in s':>39} {'memory in MB':>23}")
        names = (*PATHS, "in all", "question", "before", "peak", "after")
        print(f"{'':22}", *(f"{name:>{9 if i < 4 else 7}}" for i, name in enumerate(names)))
        chosen = sys.argv[1:] or [row.__name__ for row in ROWS]
        start = time.monotonic()
        for name in chosen:
            print_row(bystander.watch(name))
        print(f"all of it took {time.monotonic() - start:.0f} s")
        process.terminate()


if __name__ == "__main__":
    main()
