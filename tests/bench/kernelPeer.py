"""Times kernels through Jupyter's own client, each in the same way: `kernelPeer.py SPEC`.

SPEC is JSON: {argv, cell, import, starts, cells, many}; `cell` has {n} for a number. Prints medians in milliseconds
(ready, trivial, afterImport) and megabytes of the kernel's whole tree of processes (grown over `many` cells, resident).
"""

import json
import os
import statistics
import sys
import time

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

LIMIT = 120


class Manager(KernelManager):
    """A kernel that is named by its command."""

    argv = ()

    @property
    def kernel_spec(self):
        return KernelSpec(argv=list(self.argv), display_name="measured", language="any")


def start(argv):
    manager = Manager()
    manager.argv = argv
    began = time.perf_counter()
    manager.start_kernel(stdout=open(os.devnull, "w"), stderr=open(os.devnull, "w"))
    client = manager.blocking_client()
    client.start_channels(hb=False)
    asked = client.kernel_info()
    while client.get_shell_msg(timeout=LIMIT)["parent_header"].get("msg_id") != asked:
        pass
    return manager, client, (time.perf_counter() - began) * 1000


def run(client, code):
    """Milliseconds from the request to its reply and its last output."""
    began = time.perf_counter()
    asked = client.execute(code)
    while True:
        reply = client.get_shell_msg(timeout=LIMIT)
        if reply["parent_header"].get("msg_id") == asked:
            break
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


def measure(spec):
    ready = []
    for nth in range(spec["starts"]):
        manager, client, milliseconds = start(spec["argv"])
        ready.append(milliseconds)
        if nth < spec["starts"] - 1:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    cell = lambda n: run(client, spec["cell"].replace("{n}", str(n % 50)))
    try:
        for n in range(5):
            cell(n)
        time.sleep(5)  # what a kernel does on the side when it has just started
        trivial = [cell(n) for n in range(spec["cells"])]
        pid = manager.provisioner.process.pid
        before = megabytes(pid)
        for n in range(spec["many"]):
            cell(n)
        time.sleep(5)
        grown = megabytes(pid) - before
        run(client, spec["import"])
        time.sleep(5)
        after = [cell(n) for n in range(spec["cells"])]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return {
        "ready": statistics.median(ready),
        "trivial": statistics.median(trivial),
        "afterImport": statistics.median(after),
        "grown": grown,
        "resident": before,
    }


print(json.dumps(measure(json.loads(sys.argv[1]))))
