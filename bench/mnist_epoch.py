"""P2 as a whole process: read MNIST, one epoch of batches of 512, the accuracy on the test images. FLINT_DATA has the files."""
import gzip
import os

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_flush_denormal(True)
folder = os.environ.get("FLINT_DATA", "../shared/data") + "/mnist"


def read(name, skip):
    with gzip.open(f"{folder}/{name}-ubyte.gz") as f:
        return torch.from_numpy(np.frombuffer(f.read(), np.uint8, offset=skip).copy())


def data(name):
    x = read(f"{name}-images-idx3", 16).reshape(-1, 28, 28).float().div(255).sub(0.1307).div(0.3081)
    return TensorDataset(x, read(f"{name}-labels-idx1", 8).long())


train = DataLoader(data("train"), batch_size=512, shuffle=True)
test = DataLoader(data("t10k"), batch_size=1000)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
for x, y in train:
    loss = F.mse_loss(net(x), F.one_hot(y, 10).float())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    loss.item()
with torch.no_grad():
    correct = sum((net(x).argmax(1) == y).sum().item() for x, y in test)
print(correct / 10000)
