"""A benchmark peer as a server: one JSON request a line on stdin, one JSON reply a line on stdout.

The first line out says {"ready": true, "versions": {...}}, or {"missing": ..., "install": ...} when a package
is absent. A request that fails is answered with {"error": ...} and the server goes on. It ends with its input.
"""

import importlib
import json
import os
import sys

DEBIAN_PACKAGES = {
    "numpy": "python3-numpy",
    "torch": "python3-torch",
    "sklearn": "python3-sklearn",
    "pandas": "python3-pandas",
    "scipy": "python3-scipy",
}


def require(*modules):
    """Imports each module, or says how to install what is missing and ends with status 1."""
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            package = DEBIAN_PACKAGES[name]
            reply({"missing": name, "install": f"apt-get install {package}"})
            sys.exit(1)


def threads():
    """The threads this process was given: OMP_NUM_THREADS, or 1."""
    return int(os.environ.get("OMP_NUM_THREADS", "1"))


def reply(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def versions(*modules):
    """Versions of Python and the modules, and of the BLAS library the process really loaded."""
    found = {"python": sys.version.split()[0]}
    for name in modules:
        found[name] = importlib.import_module(name).__version__
    found["blas"] = blas()
    return found


def blas():
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "unknown (apt-get install python3-threadpoolctl)"
    libraries = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return "; ".join(
        f"{pool['internal_api']} {pool['version']} {pool.get('threading_layer', '')} "
        f"{pool.get('architecture', '')} {pool['num_threads']} threads"
        for pool in libraries
    )


def serve(answer, *modules):
    """Answers requests with `answer(request: dict) -> dict` until stdin ends."""
    reply({"ready": True, "versions": versions(*modules)})
    for line in sys.stdin:
        try:
            reply(answer(json.loads(line)))
        except Exception as error:  # the harness shows it; the other cases can still be measured
            reply({"error": f"{type(error).__name__}: {error}"})
