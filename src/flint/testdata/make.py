"""Writes expected.json: what PyTorch prints and computes for the programs in the tests. Run: python make.py (torch 2.13)."""
import json, pathlib
import torch

out = {}
# T12: how tensors are printed. Each entry: nested data, dtype, the text.
torch.manual_seed(0)
cases = {
    "scalar": torch.tensor(7.0), "ints": torch.tensor([1, 20, -3]), "bools": torch.tensor([True, False]),
    "whole": torch.tensor([[6.0, 8.0], [10.0, 12.0]]), "mixed": torch.tensor([[0.5, -1.25], [10.0, 3.14159]]),
    "wide": torch.tensor([1e-6, 1.0, 12345.678]), "special": torch.tensor([float("inf"), float("-inf"), float("nan"), 1.0]),
    "double": torch.tensor([0.1, 0.2], dtype=torch.float64), "bytes": torch.tensor([1, 255], dtype=torch.uint8),
    "int32": torch.tensor([[1], [2]], dtype=torch.int32), "halves": torch.tensor([0.03125, 0.09375, -0.03125]),
    "zeros": torch.zeros(2, 2), "cube": torch.arange(8, dtype=torch.float32).view(2, 2, 2),
    "long": torch.arange(30, dtype=torch.float32) / 8, "big": torch.arange(1200, dtype=torch.float32).view(30, 40),
    "row": torch.arange(2000), "empty": torch.zeros(0), "emptyRows": torch.zeros(2, 0), "large": torch.tensor([1e9, 1.0]),
    "negzero": torch.tensor([-0.0, 1.5]), "four": torch.arange(16.0).view(2, 2, 2, 2) / 3,
}
names = {torch.float32: "float32", torch.float64: "float64", torch.int64: "int64", torch.int32: "int32", torch.uint8: "uint8", torch.bool: "bool"}
def plain(v):
    return [plain(x) for x in v] if isinstance(v, list) else (v if v == v and abs(v) != float("inf") else str(v))
out["printing"] = {k: {"data": plain(t.tolist()), "shape": list(t.shape), "dtype": names[t.dtype], "text": str(t)} for k, t in cases.items()}

# N5: fifty steps on a fixed problem.
X = torch.linspace(-1, 1, 24, dtype=torch.float64).view(8, 3)
Y = torch.stack([X[:, 0] * 2 - X[:, 1], X.sin().sum(1)], 1)
W0 = torch.tensor([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], dtype=torch.float64)
B0 = torch.tensor([0.05, -0.05], dtype=torch.float64)
optims = {
    "SGD": (torch.optim.SGD, dict(lr=0.1), dict(lr=0.1)),
    "SGD momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, weight_decay=0.01), dict(lr=0.05, momentum=0.9, weightDecay=0.01)),
    "SGD dampening": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, dampening=0.5), dict(lr=0.05, momentum=0.9, dampening=0.5)),
    "SGD nesterov": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, nesterov=True), dict(lr=0.05, momentum=0.9, nesterov=True)),
    "Adam": (torch.optim.Adam, dict(lr=0.02, weight_decay=0.01), dict(lr=0.02, weightDecay=0.01)),
    "Adam amsgrad": (torch.optim.Adam, dict(lr=0.02, amsgrad=True), dict(lr=0.02, amsgrad=True)),
    "AdamW": (torch.optim.AdamW, dict(lr=0.02), dict(lr=0.02)),
    "RMSprop": (torch.optim.RMSprop, dict(lr=0.01), dict(lr=0.01)),
    "RMSprop centered": (torch.optim.RMSprop, dict(lr=0.01, momentum=0.5, centered=True), dict(lr=0.01, momentum=0.5, centered=True)),
    "Adagrad": (torch.optim.Adagrad, dict(lr=0.1, lr_decay=0.01), dict(lr=0.1, lrDecay=0.01)),
    "Adadelta": (torch.optim.Adadelta, dict(lr=1.0), dict(lr=1.0)),
}
out["optimizers"] = {}
for name, (cls, kw, js) in optims.items():
    w, b = W0.clone().requires_grad_(), B0.clone().requires_grad_()
    o = cls([w, b], **kw)
    for _ in range(50):
        loss = torch.nn.functional.mse_loss(torch.tanh(X @ w.t() + b), Y)
        o.zero_grad(); loss.backward(); o.step()
    out["optimizers"][name] = {"options": js, "w": w.tolist(), "b": b.tolist(), "loss": loss.item()}
out["problem"] = {"X": X.tolist(), "Y": Y.tolist(), "W": W0.tolist(), "B": B0.tolist()}

# N6: learning rates of twelve epochs.
S = torch.optim.lr_scheduler
def rates(make, metric=None, epochs=12, halved=None):
    p = torch.zeros(1, requires_grad=True); o = torch.optim.SGD([p], lr=0.5); s = make(o); r = []
    for e in range(epochs):
        if e == halved: o.param_groups[0]["lr"] /= 2  # by the program itself
        r.append(o.param_groups[0]["lr"]); o.step()
        for one in s if isinstance(s, tuple) else (s,): one.step(*([metric[e]] if metric else []))
    return r
metric = [1.0, 0.9, 0.9, 0.9, 0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
out["schedules"] = {
    "StepLR": rates(lambda o: S.StepLR(o, 3)), "MultiStepLR": rates(lambda o: S.MultiStepLR(o, [2, 5], 0.3)),
    "ExponentialLR": rates(lambda o: S.ExponentialLR(o, 0.9)), "CosineAnnealingLR": rates(lambda o: S.CosineAnnealingLR(o, 10)),
    "LinearLR": rates(lambda o: S.LinearLR(o)), "ReduceLROnPlateau": rates(lambda o: S.ReduceLROnPlateau(o, patience=1, factor=0.5), metric),
    "LambdaLR": rates(lambda o: S.LambdaLR(o, lambda e: 0.9 ** e + e)), "ConstantLR": rates(lambda o: S.ConstantLR(o, factor=0.25, total_iters=4)),
    "PolynomialLR": rates(lambda o: S.PolynomialLR(o, total_iters=7, power=2.0)),
    "CosineAnnealingWarmRestarts": rates(lambda o: S.CosineAnnealingWarmRestarts(o, 2, T_mult=2, eta_min=0.1)),
    "CyclicLR": rates(lambda o: S.CyclicLR(o, 0.1, 0.4, step_size_up=3, step_size_down=2, mode="triangular2", cycle_momentum=False)),
    "OneCycleLR": rates(lambda o: S.OneCycleLR(o, 0.4, total_steps=13, cycle_momentum=False)),
    "OneCycleLR linear": rates(lambda o: S.OneCycleLR(o, 0.4, epochs=4, steps_per_epoch=5, pct_start=0.25, anneal_strategy="linear", three_phase=True, cycle_momentum=False)),
    "SequentialLR": rates(lambda o: S.SequentialLR(o, [S.ConstantLR(o, factor=0.1, total_iters=2), S.ExponentialLR(o, gamma=0.9)], milestones=[3])),
    "MultiplicativeLR": rates(lambda o: S.MultiplicativeLR(o, lambda e: 1 - 0.1 * e if e < 5 else 0.9)),
    "CosineAnnealingLR twice its length": rates(lambda o: S.CosineAnnealingLR(o, 5, eta_min=0.1), epochs=18),
    "CosineAnnealingLR halved": rates(lambda o: S.CosineAnnealingLR(o, 10, eta_min=0.01), epochs=10, halved=4),
    "StepLR halved": rates(lambda o: S.StepLR(o, 3), halved=4),
    "ChainedScheduler": rates(lambda o: S.ChainedScheduler([S.ConstantLR(o, factor=0.1, total_iters=2), S.ExponentialLR(o, gamma=0.9)])),
    "ChainedScheduler of lines": rates(lambda o: S.ChainedScheduler([S.LinearLR(o, 0.5, total_iters=4), S.PolynomialLR(o, 8, 2.0), S.MultiStepLR(o, [3], 0.5)])),
    "LinearLR and CosineAnnealingLR": rates(lambda o: (S.LinearLR(o, 0.1, total_iters=3), S.CosineAnnealingLR(o, 12))),
    "metric": metric,
}
# N1: the printed tree.
nn = torch.nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5); self.pool = nn.MaxPool2d(2); self.norm = nn.BatchNorm2d(6)
        self.body = nn.Sequential(nn.Linear(10, 5), nn.LeakyReLU(0.01, inplace=True), nn.Dropout(0.2), nn.Flatten())
        self.list = nn.ModuleList([nn.ReLU(), nn.GELU()]); self.emb = nn.Embedding(10, 3); self.ln = nn.LayerNorm(5)
        self.conv2 = nn.Conv2d(6, 12, (3, 5), stride=2, padding=1, bias=False)
        self.act = nn.Sequential(nn.ELU(), nn.SiLU(), nn.Softmax(dim=1), nn.Softplus(), nn.AdaptiveAvgPool2d((1, 1)), nn.AvgPool2d(2, 2))
out["tree"] = str(Net())
# N3: activations, and the gradient of their sum weighted by 1, 2, 3, ...
F = torch.nn.functional
points = torch.tensor([-60.0, -3.5, -1.2, -0.5, -0.1, 0.2, 0.7, 1.9, 3.4, 7.0], dtype=torch.float64)
activations = {
    "hardtanh": F.hardtanh, "relu6": F.relu6, "selu": F.selu, "celu": lambda x: F.celu(x, 0.7), "mish": F.mish,
    "hardsigmoid": F.hardsigmoid, "hardswish": F.hardswish, "logsigmoid": F.logsigmoid, "softsign": F.softsign,
    "tanhshrink": F.tanhshrink, "hardshrink": F.hardshrink, "softshrink": F.softshrink,
    "threshold": lambda x: F.threshold(x, 0.5, -2.0), "glu": F.glu,
    "prelu": lambda x: F.prelu(x, torch.tensor([0.25], dtype=torch.float64)),
}
out["activations"] = {}
for name, f in activations.items():
    x = points.clone().requires_grad_()
    y = f(x)
    (y * torch.arange(1, y.numel() + 1, dtype=torch.float64)).sum().backward()
    out["activations"][name] = {"value": y.tolist(), "grad": x.grad.tolist()}
out["activationPoints"] = points.tolist()

pathlib.Path(__file__).with_name("expected.json").write_text(json.dumps(out, indent=1) + "\n")
