"""Serves the echo over the pools of Python's standard library.

This is a peer of poolbench's echo servers: one thread accepts, and each
connection is a task of a pool that communicates, which is to say receives up to
1,024 bytes, upper-cases the ASCII letters and sends them back until the peer
closes. It reads one line with a JSON object from standard input:

    {"executor": "threads", "limit": 64}

    executor  threads or processes
    limit     workers, and so connections served at once; whoever comes later
              waits. 0 for five threads, or one process, for each CPU

answers it with one line on standard output:

    {"ready": true, "python": "3.11.7", "workers": 64, "start_method": null,
     "port": 40123}

and serves on that port of 127.0.0.1 until its input ends. What cannot be done
is answered by {"error": "..."}, and the program ends with status 1.

When the input ends, as it does when the parent dies, the program and its
workers end at once. A folder as the argument is removed then.
"""

import concurrent.futures
import json
import multiprocessing
import multiprocessing.reduction  # lets a socket be sent to another process
import os
import platform
import shutil
import socket
import sys
import tempfile
import threading


def accept(listener, executor):
    """Accepts connections and gives each to the pool."""
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        future = executor.submit(communicate, connection)
        # Another process has a descriptor of its own.
        future.add_done_callback(lambda _, mine=connection: mine.close())


def communicate(connection):
    """Serves one connection. At the top level, so that other processes find it
    by name."""
    with connection:
        try:
            while True:
                message = connection.recv(1024)
                if not message:
                    return
                connection.sendall(message.upper())
        except ConnectionError:
            pass  # the client has had enough


def cpus():
    """Returns how many CPUs this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only some systems tell
        return os.cpu_count() or 1


def open_pool(kind, limit):
    """Returns an executor, how many workers it has and how they are started."""
    if kind == "threads":
        limit = limit or 5 * cpus()
        return concurrent.futures.ThreadPoolExecutor(limit), limit, None
    limit = limit or cpus()
    return concurrent.futures.ProcessPoolExecutor(limit), limit, multiprocessing.get_start_method()


def serve(request):
    """Begins to serve, and returns what is to be said of it."""
    kind, limit = request.get("executor"), request.get("limit")
    if kind not in ("threads", "processes"):
        raise ValueError("executor is %r, want threads or processes" % (kind,))
    if type(limit) is not int or limit < 0:
        raise ValueError("limit is %r, want a whole number of at least 0" % (limit,))
    executor, workers, start_method = open_pool(kind, limit)
    executor.submit(os.getpid).result()  # a pool that cannot start says so now
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    threading.Thread(target=accept, args=(listener, executor), daemon=True).start()
    return {
        "ready": True,
        "python": platform.python_version(),
        "workers": workers,
        "start_method": start_method,
        "port": listener.getsockname()[1],
    }


def leave(status, folder):
    """Ends the program and its workers, whatever they are doing."""
    for worker in multiprocessing.active_children():
        worker.kill()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(status)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else None
    if folder is not None:
        tempfile.tempdir = folder  # for the sockets over which workers get connections
    status = 0
    try:
        request = json.loads(sys.stdin.readline())
        print(json.dumps(serve(request)), flush=True)
        while sys.stdin.readline():
            pass
    except Exception as error:
        print(json.dumps({"error": "%s: %s" % (type(error).__name__, error)}), flush=True)
        status = 1
    leave(status, folder)


if __name__ == "__main__":
    main()
