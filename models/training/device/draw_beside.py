"""Draws phantoms on many cores at once until it is ended: what is judged on first, then what is learnt from.

    python3 draw_beside.py WORK WORKERS -- COMMAND …      (COMMAND draws: it is given KIND OUT FIRST_SEED CASES)

Seeds: 50 million a round (a round for each start with the same WORK), a million a worker, so that no eye is drawn twice.
"""

import os
import signal
import subprocess
import sys
import threading

JUDGED = (("held-out", 320), ("unseen-devices", 128), ("controls", 50), ("truths", 2048))
ENDLESS = 900_000
VOLUME_SHARE = 1 / 3


def main():
    work, workers = sys.argv[1], int(sys.argv[2])
    command = sys.argv[sys.argv.index("--") + 1 :]
    counter = os.path.join(work, "round")
    past = int(open(counter).read()) if os.path.exists(counter) else int(os.environ.get("ROUND", "0"))
    with open(counter, "w") as file:
        file.write(str(past + 1))
    base = 10_000_000 + past * 50_000_000
    small = float(os.environ.get("JUDGED_SHARE", "1"))
    volume_workers = max(1, round(workers * VOLUME_SHARE))
    log = open(os.path.join(work, "draw.log"), "a")
    running, ended = set(), threading.Event()

    def run(kind, first, cases):
        if ended.is_set():
            return
        arguments = [*command, kind, os.path.join(work, kind), str(first), str(cases)]
        process = subprocess.Popen(arguments, stdout=log, stderr=log, preexec_fn=lambda: os.nice(5))
        running.add(process)
        process.wait()
        running.discard(process)

    def worker(number):
        first = base + number * 1_000_000
        if number >= volume_workers:
            return run("slabs", first, ENDLESS)
        if past == 0:
            for which, (kind, cases) in enumerate(JUDGED):
                share = -(-int(cases * small) // volume_workers)
                run(kind, first + ENDLESS + which * 10_000, share)
        run("volumes", first, ENDLESS)

    def end(*_):
        ended.set()
        for process in list(running):
            process.terminate()

    signal.signal(signal.SIGTERM, end)
    threads = [threading.Thread(target=worker, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.5)


if __name__ == "__main__":
    main()
