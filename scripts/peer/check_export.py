"""Opens a run's folder with the ecosystem's own readers and compares every value with what Flint reads or computed.

    python scripts/peer/check_export.py my-project/runs/<run>

Needs numpy, safetensors, tensorboard, onnx and onnxruntime, and Node for Flint's side. The event files go through
TensorBoard's EventAccumulator, every safetensors file through safetensors, every exports/*.onnx through onnx.checker
and onnxruntime on the samples that the run kept. Ends with 1 when anything differs.
"""
import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
import safetensors
from safetensors.numpy import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

TOLERANCE = 1e-4  # the one that Flint's own proof of an export allows
TYPES = {"float32": "F32", "float64": "F64", "int64": "I64", "int32": "I32", "uint8": "U8", "bool": "BOOL"}
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)
        print("  DIFFERS: " + text)


def flint_reads(folder):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "read_run.mjs")
    return json.loads(subprocess.run(["node", script, folder], check=True, capture_output=True).stdout)


def same(ours, theirs):
    """Flint writes float32; NaN is equal to NaN."""
    a, b = np.float32(ours.replace("Infinity", "inf")), np.float32(theirs)
    return bool(a == b or (np.isnan(a) and np.isnan(b)))


def check_events(folder, ours):
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0, "tensors": 0, "images": 0})
    accumulator.Reload()
    tags = accumulator.Tags()
    check(sorted(tags["scalars"]) == sorted(ours), f"scalar tags {sorted(tags['scalars'])} and {sorted(ours)}")
    points = 0
    for tag in tags["scalars"]:
        theirs, mine = accumulator.Scalars(tag), ours.get(tag, [])
        check(len(theirs) == len(mine), f"{tag} has {len(theirs)} points in TensorBoard and {len(mine)} in Flint")
        for event, (step, wall, value) in zip(theirs, mine):
            points += 1
            equal = event.step == step and abs(event.wall_time - wall) < 1e-6 and same(value, event.value)
            check(equal, f"{tag} at step {event.step}: {event.value} and {value} at {step}")
    print(f"TensorBoard's EventAccumulator: {len(tags['scalars'])} tags, {points} points equal, {len(tags['images'])} image tags")


def check_tensors(folder, ours):
    count = 0
    for name, tensors in sorted(ours.items()):
        theirs = load_file(os.path.join(folder, name))
        check(sorted(theirs) == sorted(tensors), f"the names in {name}")
        for key, value in theirs.items():
            mine = tensors.get(key, {})
            equal = (
                mine.get("dtype") == TYPES[value.dtype.name]
                and mine.get("shape") == list(value.shape)
                and mine.get("sha256") == hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
            )
            check(equal, f"{key} in {name}")
            count += 1
    print(f"safetensors {safetensors.__version__}: {len(ours)} files, {count} tensors equal bit for bit")


def check_onnx(folder):
    samples = load_file(os.path.join(folder, "samples.safetensors"))
    exports = os.path.join(folder, "exports")
    for name in sorted(os.listdir(exports) if os.path.isdir(exports) else []):
        if not name.endswith(".onnx"):
            continue
        path = os.path.join(exports, name)
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        entry = session.get_inputs()[0]
        got = session.run(None, {entry.name: samples["input"]})[0]
        difference = float(np.max(np.abs(got - samples["output"])))
        check(got.shape == samples["output"].shape and difference <= TOLERANCE, f"{name}: largest difference {difference}")
        one = session.run(None, {entry.name: samples["input"][:1]})[0]
        check(np.allclose(one, got[:1], atol=1e-5), f"{name} with a batch of one")
        print(
            f"onnx.checker {onnx.__version__} accepts {name} (opset {model.opset_import[0].version}, "
            f"{len(model.graph.node)} nodes, producer {model.producer_name} {model.producer_version}); onnxruntime "
            f"{onnxruntime.__version__} on {len(got)} samples: largest difference {difference:.3g}"
        )


def main():
    if len(sys.argv) != 2 or not os.path.isfile(os.path.join(sys.argv[1], "run.json")):
        sys.exit("usage: python scripts/peer/check_export.py my-project/runs/<run>")
    folder = sys.argv[1]
    ours = flint_reads(folder)
    check_events(folder, ours["scalars"])
    check_tensors(folder, ours["tensors"])
    check_onnx(folder)
    if failures:
        sys.exit(f"{len(failures)} values differ")
    print("All values are equal.")


main()
