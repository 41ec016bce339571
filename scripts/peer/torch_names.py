"""Writes docs/reference/torch-names.json: the public names of PyTorch 2.13 in torch.*, torch.Tensor.*, torch.nn.* and
torch.nn.functional.*. Run with a Python that has torch: python scripts/peer/torch_names.py > docs/reference/torch-names.json"""
import inspect, json
import torch


def public(owner, keep):
    return sorted(n for n in dir(owner) if not n.startswith("_") and keep(n, getattr(owner, n, None)))


def function(name, value):
    return callable(value) and not inspect.isclass(value) and not inspect.ismodule(value) and name.lower() == name


names = {
    "torch": public(torch, function),
    "Tensor": public(torch.Tensor, lambda n, v: callable(v) or inspect.isdatadescriptor(v) or inspect.isgetsetdescriptor(v)),
    "nn": public(torch.nn, lambda n, v: inspect.isclass(v) and issubclass(v, torch.nn.Module)),
    "nn.functional": public(torch.nn.functional, lambda n, v: function(n, v) and getattr(v, "__module__", "").startswith(("torch.nn.functional", "torch._C", "torch._jit_internal", "builtins", "torch")) and n not in ("Callable", "Optional")),
    "linalg": public(torch.linalg, function),
    "optim": public(torch.optim, lambda n, v: inspect.isclass(v)),
    "optim.lr_scheduler": public(torch.optim.lr_scheduler, lambda n, v: inspect.isclass(v) and v.__module__ == "torch.optim.lr_scheduler"),
    "nn.init": public(torch.nn.init, lambda n, v: function(n, v) and n.endswith("_")),
}
print(json.dumps(names, separators=(",", ":")).replace("],", "],\n"))
