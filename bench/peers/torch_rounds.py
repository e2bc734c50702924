"""Rounds of eager PyTorch: cases that stay in memory between requests, so that rounds can alternate with ours.

Request {"case": NAME, "seconds": S}; reply {"case", "rate", "unit", "steps", "seconds", ...what the case tells}.
Request {"memory": NAME, "steps": N}, of a fresh process: trains N steps and replies {"peak", "before", "data"}, bytes:
the largest resident set of the process, the one before the case was made, and the case's data.
Threads: OMP_NUM_THREADS is handed to torch.set_num_threads; the BLAS library comes from the environment.
"""

import resource
import time

import torch
from peer_server import serve, threads

WARM_UP_STEPS = 5


def peak():
    """The largest resident set of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Minibatches:
    """Numbers of the rows of one minibatch after another: one permutation of the rows an epoch, the rest left out."""

    def __init__(self, rows, batch):
        self.rows, self.batch = rows, batch
        self.order, self.at = torch.randperm(rows), 0

    def __next__(self):
        if self.at + self.batch > self.rows:
            self.order, self.at = torch.randperm(self.rows), 0
        numbers = self.order[self.at : self.at + self.batch]
        self.at += self.batch
        return numbers


def serve_cases(cases):
    """Answers requests for `cases`: by name, functions that make a case. A case has `unit`, `run()`, which gives how
    many units it did, and `result()`, a dict of what else is told."""
    current = {"name": None, "case": None}

    def made(name):
        if name not in cases:
            raise ValueError(f'no case "{name}"; there are {", ".join(cases)}')
        if current["name"] != name:
            current.update(name=None, case=None)  # frees the last case's data before the next is made
            torch.manual_seed(0)
            current.update(name=name, case=cases[name]())
        return current["case"]

    def rate(name, wanted):
        case = made(name)
        for _ in range(WARM_UP_STEPS if case.unit == "steps/s" else 1):
            case.run()
        done, steps, start = 0, 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < wanted:
            done += case.run()
            steps += 1
        return {"case": name, "rate": done / elapsed, "unit": case.unit, "steps": steps, "seconds": elapsed, **case.result()}

    def memory(name, steps):
        before = peak()
        case = made(name)
        for _ in range(steps):
            case.run()
        return {"case": name, "peak": peak(), "before": before, "data": case.x.nelement() * case.x.element_size()}

    def answer(request):
        if "memory" in request:
            return memory(request["memory"], request["steps"])
        return rate(request["case"], request["seconds"])

    torch.set_num_threads(threads())
    serve(answer, "torch", "numpy")
