"""Fans tasks out over the pools of Python's standard library.

This is a peer of poolbench's strategies: the same fan-out, in the three ways in
which Python's documentation and its users write it. It reads one JSON object a
line from standard input and answers each with one line on standard output.

The first line says what to do:

    {"pattern": "collect", "pool": "fresh", "executor": "threads", "limit": 10,
     "tasks": 200, "work": "hash", "bytes": 4096, "seed": 7}

    pattern   waiteach: result() right after submit(), the mistake
              collect:  futures in a list, shutdown(), then every result()
              callback: add_done_callback(), done when the last callback has run
    pool      fresh: an executor for each turn, opened and shut down in its time
              kept:  one executor for all turns; not for collect, which shuts it
              down. It starts its workers in the first turn, so leave that out.
    executor  threads or processes
    limit     workers; 0 for five threads, or one process, for each CPU
    tasks     how many tasks a turn has
    work      hash: fill a buffer of that many bytes and take its SHA-256
    seed      decides the inputs

and is answered by

    {"ready": true, "python": "3.11.7", "workers": 10, "start_method": null}

where start_method is how processes are started: the interpreter's default, for
that is what its users get. Each further line runs a batch and reports it:

    {"turn": 3}
    {"wall_ns": 2301877, "cpu_ns": 2987123, "submit_ns": 1402331,
     "checksum": "0123456789abcdef"}

wall_ns is the batch from its first submit() to its last result or callback, the
opening and shutting down of a fresh executor included; submit_ns is the time
spent in submit(); cpu_ns is the CPU time of this process and its workers, or
null where it cannot be told. Anything that goes wrong is answered by
{"error": "..."}, and the program ends with status 1. It ends with status 0 when
its input does.

A folder as the argument is removed when the program ends. It says that the
program was started for the sake of its parent, as the leader of a process group
of its own: when the parent dies in the middle of a turn, program and workers
end with it, at most a second later. Windows does not tell of that.

Task i of turn k takes the input splitmix64(seed + (k << 32) + i), computed
modulo 2**64, and repeats its eight bytes, little endian, to fill the buffer. Its
result is the first eight bytes of the buffer's SHA-256, little endian; the
checksum is the XOR of a turn's results, in sixteen hexadecimal digits.
"""

import atexit
import concurrent.futures
import hashlib
import json
import multiprocessing
import os
import platform
import shutil
import signal
import sys
import tempfile
import threading
import time

try:
    import resource
except ImportError:  # Windows
    resource = None

WORD = (1 << 64) - 1


def splitmix64(state):
    """Returns the number that Vigna's splitmix64 generates from state."""
    z = (state + 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def digest(state, size):
    """The task. At the top level, so that other processes find it by name."""
    word = splitmix64(state).to_bytes(8, "little")
    buffer = (word * (size // 8 + 1))[:size]
    return int.from_bytes(hashlib.sha256(buffer).digest()[:8], "little")


def wait_each(executor, tasks):
    """Waits for each result before the next task: the pool works serially."""
    checksum, submitting = 0, 0
    for task in tasks:
        before = time.perf_counter_ns()
        future = executor.submit(digest, *task)
        submitting += time.perf_counter_ns() - before
        checksum ^= future.result()
    return checksum, submitting


def collect(executor, tasks):
    """Keeps the futures in a list, shuts the pool down, reads every result."""
    before = time.perf_counter_ns()
    futures = [executor.submit(digest, *task) for task in tasks]
    submitting = time.perf_counter_ns() - before
    executor.shutdown()
    checksum = 0
    for future in futures:
        checksum ^= future.result()
    return checksum, submitting


def callback(executor, tasks):
    """Lets a callback take each result, and waits for the last callback."""
    tally = Tally(len(tasks))
    before = time.perf_counter_ns()
    for task in tasks:
        executor.submit(digest, *task).add_done_callback(tally.add)
    submitting = time.perf_counter_ns() - before
    return tally.wait(), submitting


class Tally:
    """Folds results into a checksum, in whichever thread they come."""

    def __init__(self, expected):
        self.missing = expected
        self.checksum = 0
        self.error = None
        self.lock = threading.Lock()
        self.complete = threading.Event()

    def add(self, future):
        # What a callback raises is logged and forgotten, so it must not raise.
        error = future.exception()
        with self.lock:
            if error is None:
                self.checksum ^= future.result()
            else:
                self.error = error
            self.missing -= 1
            if self.missing == 0:
                self.complete.set()

    def wait(self):
        self.complete.wait()
        if self.error is not None:
            raise self.error
        return self.checksum


PATTERNS = {"waiteach": wait_each, "collect": collect, "callback": callback}


def cpus():
    """Returns how many CPUs this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only some systems tell
        return os.cpu_count() or 1


class Threads:
    """A ThreadPoolExecutor, and what it costs."""

    start_method = None

    def __init__(self, limit):
        self.workers = limit or 5 * cpus()

    def open(self):
        return concurrent.futures.ThreadPoolExecutor(self.workers)

    def cpu_ns(self, executor):
        return time.process_time_ns()


class Processes:
    """A ProcessPoolExecutor, and what it costs."""

    def __init__(self, limit):
        self.workers = limit or cpus()
        self.start_method = multiprocessing.get_start_method()

    def open(self):
        return concurrent.futures.ProcessPoolExecutor(self.workers)

    def cpu_ns(self, executor):
        """Returns the CPU time up to now of this process, and of the workers
        of a kept executor or, without one, of all workers that have ended."""
        if executor is None:
            # A fork server's workers are not children of this process.
            if resource is None or self.start_method == "forkserver":
                return None
            ended = resource.getrusage(resource.RUSAGE_CHILDREN)
            workers = int((ended.ru_utime + ended.ru_stime) * 1e9)
        else:
            workers = 0
            try:
                for pid in executor._processes:
                    workers += process_cpu_ns(pid)
            except (AttributeError, OSError, ValueError):
                return None  # another implementation, or a system without /proc
        return time.process_time_ns() + workers


def process_cpu_ns(pid):
    """Returns the CPU time of a living process: on Linux, the first number of
    each thread's schedstat, in nanoseconds where stat has hundredths."""
    total = 0
    threads = "/proc/%d/task" % pid
    for thread in os.listdir(threads):
        with open("%s/%s/schedstat" % (threads, thread)) as stat:
            total += int(stat.read().split()[0])
    return total


EXECUTORS = {"threads": Threads, "processes": Processes}


class Session:
    """Batches of one kind, turn by turn."""

    def __init__(self, request):
        self.run = PATTERNS[choice(request, "pattern", PATTERNS)]
        kept = choice(request, "pool", ("fresh", "kept")) == "kept"
        kind = EXECUTORS[choice(request, "executor", EXECUTORS)]
        self.pool = kind(number(request, "limit", 0))
        self.tasks = number(request, "tasks", 1)
        choice(request, "work", ("hash",))
        self.bytes = number(request, "bytes", 0)
        self.seed = number(request, "seed", 0)
        if request:
            raise ValueError("nothing is known of %s" % ", ".join(sorted(request)))
        if kept and self.run is collect:
            raise ValueError("collect shuts its pool down: it takes pool fresh, not kept")
        self.kept = self.pool.open() if kept else None

    def greeting(self):
        return {
            "ready": True,
            "python": platform.python_version(),
            "workers": self.pool.workers,
            "start_method": self.pool.start_method,
        }

    def turn(self, order):
        first = self.seed + (number(order, "turn", 0) << 32)
        tasks = [((first + i) & WORD, self.bytes) for i in range(self.tasks)]
        cpu_before = self.pool.cpu_ns(self.kept)
        before = time.perf_counter_ns()
        if self.kept is not None:
            checksum, submitting = self.run(self.kept, tasks)
        else:
            with self.pool.open() as executor:
                checksum, submitting = self.run(executor, tasks)
        wall = time.perf_counter_ns() - before
        cpu_after = self.pool.cpu_ns(self.kept)
        known = cpu_before is not None and cpu_after is not None
        return {
            "wall_ns": wall,
            "cpu_ns": cpu_after - cpu_before if known else None,
            "submit_ns": submitting,
            "checksum": "%016x" % checksum,
        }

    def close(self):
        if self.kept is not None:
            self.kept.shutdown()


def choice(request, name, known):
    """Takes a word out of the request, one of those known."""
    value = request.pop(name, None)
    if value not in list(known):
        raise ValueError("%s is %r, want one of %s" % (name, value, ", ".join(known)))
    return value


def number(request, name, least):
    """Takes a whole number out of the request, of at least that much."""
    value = request.pop(name, None)
    if type(value) is not int or value < least:
        raise ValueError("%s is %r, want a whole number of at least %d" % (name, value, least))
    return value


def read(line):
    """Returns the object in a line of input."""
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("the line is no JSON object: %.80s" % line.strip())
    return value


def belong(folder):
    """Leaves nothing behind: no folder, and where that can be seen no process
    after the death of the parent. The end of the input tells of that death too,
    but a turn that hangs does not read."""
    tempfile.tempdir = folder  # for the socket of a fork server
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if hasattr(os, "killpg"):
        threading.Thread(target=outlive, args=(os.getppid(), folder), daemon=True).start()


def outlive(parent, folder):
    """Waits for the death of the parent, and then ends everything at once."""
    while os.getppid() == parent:
        time.sleep(1)
    shutil.rmtree(folder, ignore_errors=True)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)  # the group is another's


def answer(message):
    print(json.dumps(message), flush=True)


def main():
    session = None
    try:
        for line in sys.stdin:
            if session is None:
                session = Session(read(line))
                answer(session.greeting())
            else:
                answer(session.turn(read(line)))
    except Exception as error:
        answer({"error": "%s: %s" % (type(error).__name__, error)})
        return 1
    finally:
        if session is not None:
            session.close()
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        belong(sys.argv[1])
    sys.exit(main())
