"""PyTorch's side of a comparison: times a round each time a line arrives."""
import sys
import time

import torch

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/workloads")
import himmelblau
import lenet
import mnist_mlp

torch.manual_seed(0)
torch.set_flush_denormal(True)
name = sys.argv[1]
make = next(getattr(m, name) for m in (himmelblau, lenet, mnist_mlp) if hasattr(m, name))
steps, step = make()
until = time.monotonic() + 1.5
while time.monotonic() < until:
    step()
print("ready", flush=True)
for _ in sys.stdin:
    begun = time.perf_counter()
    for _ in range(steps):
        step()
    print((time.perf_counter() - begun) / steps * 1e6, flush=True)
