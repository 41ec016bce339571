"""From the start of the process to the end of the first training step of P2, on made-up data."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_flush_denormal(True)
net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
loss = F.mse_loss(net(torch.randn(512, 784)), F.one_hot(torch.randint(0, 10, (512,)), 10).float())
loss.backward()
optimizer.step()
print(loss.item())
