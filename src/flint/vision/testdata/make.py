# Writes CIFAR-100 as Python packs it, with a few made-up images; small arrays in IDX of every type and in NumPy archives.
# Run: python src/flint/vision/testdata/make.py
import io, os, pickle, tarfile
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def batch(count, shift):
    data = (np.arange(count * 3072).reshape(count, 3072) + shift) % 251
    return {
        b"data": data.astype(np.uint8),
        b"fine_labels": [(7 * i + shift) % 100 for i in range(count)],
        b"coarse_labels": [(3 * i + shift) % 20 for i in range(count)],
        b"batch_label": b"made up",
        b"filenames": [b"image_%d.png" % i for i in range(count)],
    }


names = {b"fine_label_names": [b"fine%d" % i for i in range(100)], b"coarse_label_names": [b"coarse%d" % i for i in range(20)]}
with tarfile.open(os.path.join(here, "cifar-100-python.tar.gz"), "w:gz") as tar:
    for name, value in (("train", batch(5, 1)), ("test", batch(3, 2)), ("meta", names)):
        content = pickle.dumps(value, protocol=2)
        entry = tarfile.TarInfo(f"cifar-100-python/{name}")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))

# An array for each type of IDX that NumPy has, big-endian as the format wants it, and NumPy archives.
a = np.array([[1, -2, 3], [4, 5, -6]])
for code, kind in ((8, "u1"), (9, "i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8")):
    values = np.abs(a) if kind == "u1" else a * 1.5 if "f" in kind else a
    with open(os.path.join(here, f"type{code}.idx"), "wb") as f:
        f.write(bytes([0, 0, code, 2]) + np.array([2, 3], ">u4").tobytes() + values.astype(kind).tobytes())
x, y = np.arange(60, dtype=np.uint8).reshape(10, 2, 3), np.arange(10, dtype=np.int64)
np.savez(os.path.join(here, "plain.npz"), x=x, y=y, other=np.zeros(3))
np.savez_compressed(os.path.join(here, "packed.npz"), x=x, y=y)
