"""Times kernels through Jupyter's own client, each in the same way: `kernelPeer.py SPEC`.

SPEC is JSON: {argv, env?, cell, import, starts, cells, many}; `cell` has {n} for a number. Prints medians in milliseconds
(ready, trivial, afterImport) and megabytes of the kernel's whole tree of processes (grown over `many` cells, resident).
"""

import json
import os
import statistics
import sys
import time
from queue import Empty

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

LIMIT = 60


class Manager(KernelManager):
    """A kernel that is named by its command."""

    argv, env = (), {}

    @property
    def kernel_spec(self):
        return KernelSpec(argv=list(self.argv), env=self.env, display_name="measured", language="any")


def start(spec):
    manager = Manager()
    manager.argv, manager.env = spec["argv"], spec.get("env", {})
    began = time.perf_counter()
    manager.start_kernel(stdout=open(os.devnull, "w"), stderr=open(os.devnull, "w"))
    client = manager.blocking_client()
    client.start_channels(hb=False)
    answered(client, client.kernel_info())
    milliseconds = (time.perf_counter() - began) * 1000
    while not heard(client):  # what is published reaches nobody who has not finished subscribing
        answered(client, client.kernel_info())
    return manager, client, milliseconds


def answered(client, asked):
    while True:
        reply = client.get_shell_msg(timeout=LIMIT)
        if reply["parent_header"].get("msg_id") == asked:
            return reply


def heard(client, seconds=0.2):
    try:
        return client.get_iopub_msg(timeout=seconds)
    except Empty:
        return None


def run(client, code):
    """Milliseconds from the request to its reply and its last output."""
    began = time.perf_counter()
    asked = client.execute(code)
    reply = answered(client, asked)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"{code} failed: {reply['content']}")
    while True:
        message = client.get_iopub_msg(timeout=LIMIT)
        if message["parent_header"].get("msg_id") != asked or message["msg_type"] != "status":
            continue
        if message["content"]["execution_state"] == "idle":
            return (time.perf_counter() - began) * 1000


def megabytes(root):
    """Resident memory of a process and all below it."""
    parents, resident = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(name)], resident[int(name)] = int(fields[1]), int(fields[21])
    tree, found = {root}, True
    while found:
        found = {pid for pid, parent in parents.items() if parent in tree} - tree
        tree |= found
    return sum(resident.get(pid, 0) for pid in tree) * os.sysconf("SC_PAGE_SIZE") / 1e6


def end(manager, client):
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def times(spec):
    """Medians in milliseconds, over some starts and the cells of the last one."""
    ready = []
    for nth in range(spec["starts"]):
        manager, client, milliseconds = start(spec)
        ready.append(milliseconds)
        if nth < spec["starts"] - 1:
            end(manager, client)
    cells = lambda: [run(client, cell(spec, n)) for n in range(spec["cells"])]
    try:
        cells()
        time.sleep(5)  # what a kernel does on the side when it has just started
        trivial = cells()
        run(client, spec["import"])
        time.sleep(5)
        after = cells()
    finally:
        end(manager, client)
    return {name: statistics.median(each) for name, each in (("ready", ready), ("trivial", trivial), ("afterImport", after))}


def memory(spec):
    """Megabytes after some cells, and how many more after many; None for a kernel that stopped to answer on the way."""
    manager, client, _ = start(spec)
    pid = manager.provisioner.process.pid

    def cells(count):
        for n in range(count):
            answered(client, client.execute(cell(spec, n)))  # not to the last status: stock tslab loses some
            while heard(client, 0):
                pass
        time.sleep(5)
        return megabytes(pid)

    try:
        resident = cells(spec["cells"])
        return {"resident": resident, "grown": cells(spec["many"]) - resident}
    except Empty:
        return {"resident": None, "grown": None}
    finally:
        end(manager, client)


def cell(spec, n):
    return spec["cell"].replace("{n}", str(n % 50))


spec = json.loads(sys.argv[1])
print(json.dumps({**times(spec), **memory(spec)}))
