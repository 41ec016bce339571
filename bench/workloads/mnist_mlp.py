import torch
import torch.nn as nn
import torch.nn.functional as F


def mnist_mlp_256_64_b512(compiled):
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10))
    net = compiled(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    x = torch.randn(512, 784)
    target = F.one_hot(torch.randint(0, 10, (512,)), 10).float()

    def step():
        loss = F.mse_loss(net(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def mnist_mlp_200_200_b200(compiled):
    model = nn.Sequential(
        nn.Linear(784, 200),
        nn.LeakyReLU(inplace=True),
        nn.Linear(200, 200),
        nn.LeakyReLU(inplace=True),
        nn.Linear(200, 10),
        nn.LeakyReLU(inplace=True),
    )
    net = compiled(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    x = torch.randn(200, 784)
    y = torch.randint(0, 10, (200,))

    def step():
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
