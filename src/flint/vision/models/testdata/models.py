"""Writes models.json: the parameters of torchvision's networks, and logits for weights that models.test.ts makes in the
same way. Run with a Python that has torch and torchvision: python models.py > models.json

Element i of parameter k of n inputs is wave[(i + 31 k) mod 997] · sqrt(gain / n), of a vector 0.1 wave + 1 (weights) or 0.1 wave;
wave[j] = sin(0.7 j + 1). Pictures are wave[j mod 997] at pixel j.
"""
import json, math
import torch

# Some builds of torchvision come without their compiled operators, whose absence its import does not forgive.
# The networks need none of them.
library = torch.library.Library("torchvision", "FRAGMENT")
for operator in ("nms", "qnms", "roi_align", "roi_pool", "ps_roi_align", "ps_roi_pool", "deform_conv2d"):
    if not hasattr(torch.ops.torchvision, operator):
        library.define(f"{operator}(Tensor x) -> Tensor")
        library.define(f"_{operator}_backward(Tensor x) -> Tensor")
import torchvision.models as m

wave = torch.tensor([math.sin(0.7 * j + 1) for j in range(997)], dtype=torch.float64).float()


def waves(shape, start):
    n = math.prod(shape)
    return wave[(torch.arange(n) + start) % 997].reshape(shape)


out = {}
for name, size in (("resnet18", 64), ("resnet34", 64), ("resnet50", 64), ("alexnet", 64), ("vgg11", 32), ("vgg16", 32), ("vgg11_bn", 32), ("googlenet", 64)):
    net = getattr(m, name)(weights=None, **({"init_weights": False} if name == "googlenet" else {}))
    net.eval()
    gain = 0.5 if name in ("resnet18", "resnet34") else 3  # so that the values of each network stay of a common size
    with torch.no_grad():
        for k, (key, t) in enumerate(net.state_dict().items()):
            if not t.is_floating_point():
                continue
            if t.dim() > 1:
                t.copy_(waves(t.shape, 31 * k) * math.sqrt(gain / math.prod(t.shape[1:])))
            elif key.endswith("running_var"):
                t.fill_(1)
            else:
                t.copy_(waves(t.shape, 31 * k) * 0.1 + (1 if key.endswith("weight") else 0))
    picture = waves((1, 3, size, size), 0)
    y = net(picture)
    y.sum().backward()
    first = next(net.parameters())
    out[name] = {
        "size": size,
        "gain": gain,
        "state": {key: list(t.shape) for key, t in net.state_dict().items()},
        "logits": [float("%.7g" % v) for v in y[0, :20].tolist()],
        "firstGrad": [float("%.6g" % v) for v in first.grad.reshape(-1)[:10].tolist()],
    }
print(json.dumps(out))
