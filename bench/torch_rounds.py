"""PyTorch's side of a comparison: times a round each time a line arrives, with its peak memory.

python torch_rounds.py <workload> [compile]
"""
import importlib
import resource
import sys
import time

import torch

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/workloads")
from mlp import scaled

modules = [importlib.import_module(m) for m in "himmelblau lenet linreg mnist_mlp names resnet text transformer".split()]

torch.manual_seed(0)
torch.set_flush_denormal(True)
name = sys.argv[1]
make = scaled(name) or next(getattr(m, name) for m in modules if hasattr(m, name))
step = make(torch.compile if sys.argv[2:] == ["compile"] else lambda f: f)


def round_of(milliseconds):
    """Microseconds a step, of steps that fill so many milliseconds."""
    begun, steps = time.perf_counter(), 0
    while time.perf_counter() - begun < milliseconds / 1000:
        step()
        steps += 1
    return (time.perf_counter() - begun) / steps * 1e6


step()  # a compiler takes its time here
round_of(1500)
print("ready", flush=True)
for line in sys.stdin:
    print(round_of(float(line)), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)
