"""torchvision with DataLoader(num_workers=2): prints "<name> <images per second> <processor milliseconds an image>" for
each pipeline.

Usage: torchvision.py [mnist] [cifar] [jpeg]; images are drawn, of the sizes of the real sets, but for jpeg, which reads the
photographs of $FLINT_DATA/hymenoptera_data.
"""
import os
import resource
import sys
import time
from pathlib import Path

# Python looks beside the script first, where this file has the library's name.
sys.path.remove(str(Path(__file__).resolve().parent))

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms as T
from torchvision.datasets import ImageFolder

COUNT, BATCH = 6000, 128
FOLDER_BATCH = 32
ROUNDS = 3


class Quarter:
    """By one of 90, 180 and 270 degrees."""

    def __call__(self, image):
        return T.functional.rotate(image, (90, 180, 270)[int(torch.randint(3, ()))])


pipelines = {
    "cifar": (
        (32, 32, 3),
        [
            T.RandomCrop(32, padding=4),
            T.RandomHorizontalFlip(),
            T.ToTensor(),
            T.Normalize([0.491, 0.482, 0.447], [0.247, 0.243, 0.262]),
        ],
    ),
    "mnist": (
        (28, 28),
        [
            T.RandomHorizontalFlip(),
            T.RandomVerticalFlip(),
            T.RandomRotation(15),
            Quarter(),
            T.Resize([32, 32]),
            T.RandomCrop([28, 28]),
            T.ToTensor(),
        ],
    ),
}


PHOTOGRAPHS = [
    T.RandomResizedCrop(224),
    T.RandomHorizontalFlip(),
    T.ToTensor(),
    T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
]


class Images(Dataset):
    """As torchvision's MNIST and CIFAR10 hold them: an array, from which a PIL image is made for each sample."""

    def __init__(self, shape, transform):
        self.data = np.random.default_rng(1).integers(0, 256, (COUNT, *shape), dtype=np.uint8)
        self.transform = transform

    def __len__(self):
        return COUNT

    def __getitem__(self, index):
        return self.transform(Image.fromarray(self.data[index])), index % 10


def data_of(name):
    if name == "jpeg":
        folder = Path(os.environ.get("FLINT_DATA", "../shared/data")) / "hymenoptera_data" / "train"
        return ImageFolder(folder, T.Compose(PHOTOGRAPHS)), FOLDER_BATCH
    shape, steps = pipelines[name]
    return Images(shape, T.Compose(steps)), BATCH


def processor_seconds():
    """Of this process and of the workers that have ended."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def main():
    for name in sys.argv[1:] or [*pipelines, "jpeg"]:
        data, batch = data_of(name)
        before = processor_seconds()
        loader = DataLoader(data, batch_size=batch, shuffle=True, num_workers=2, persistent_workers=True)
        count = sum(len(x) for x, _ in loader)  # the workers start, and everything is loaded
        best = 0.0
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            for _ in loader:
                pass
            best = max(best, count / (time.perf_counter() - begun))
        del loader
        used = (processor_seconds() - before) / (count * (ROUNDS + 1))
        print(name, round(best), f"{used * 1000:.3f}", flush=True)


if __name__ == "__main__":
    main()
