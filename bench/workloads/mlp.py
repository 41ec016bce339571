import re

import torch
import torch.nn as nn
import torch.nn.functional as F


def scaled(name):
    """mlp_b64_w256_d2: 2 hidden layers of width 256, batches of 64; None for another name."""
    found = re.fullmatch(r"mlp_b(\d+)_w(\d+)_d(\d+)", name)
    if not found:
        return None
    batch, width, depth = map(int, found.groups())

    def make(compiled):
        hidden = [layer for _ in range(depth) for layer in (nn.Linear(width, width), nn.ReLU())]
        model = nn.Sequential(*hidden, nn.Linear(width, 10))
        net = compiled(model)
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        x, y = torch.randn(batch, width), torch.randint(0, 10, (batch,))

        def step():
            loss = F.cross_entropy(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss.item()

        return step

    return make
