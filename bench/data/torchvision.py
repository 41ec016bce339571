"""Images per second of torchvision with DataLoader(num_workers=2): prints "<name> <images per second>" for each pipeline.

Usage: torchvision.py [mnist] [cifar]; images are drawn, of the sizes of the real sets.
"""
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

COUNT, BATCH = 6000, 128


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


class Images(Dataset):
    """As torchvision's MNIST and CIFAR10 hold them: an array, from which a PIL image is made for each sample."""

    def __init__(self, shape, transform):
        self.data = np.random.default_rng(1).integers(0, 256, (COUNT, *shape), dtype=np.uint8)
        self.transform = transform

    def __len__(self):
        return COUNT

    def __getitem__(self, index):
        return self.transform(Image.fromarray(self.data[index])), index % 10


def main():
    for name in sys.argv[1:] or pipelines:
        shape, steps = pipelines[name]
        loader = DataLoader(
            Images(shape, T.Compose(steps)), batch_size=BATCH, shuffle=True, num_workers=2, persistent_workers=True
        )
        for _ in loader:  # the workers start, and everything is loaded
            pass
        best = 0.0
        for _ in range(3):
            begun = time.perf_counter()
            count = sum(len(x) for x, _ in loader)
            best = max(best, count / (time.perf_counter() - begun))
        print(name, round(best), flush=True)


if __name__ == "__main__":
    main()
