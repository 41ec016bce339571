"""Writes layers.json: what PyTorch 2.13 prints and computes for every layer and loss, in float64.

Run with a Python that has torch: python layers.py > layers.json

Parameter k holds 0.4 sin(0.7 i + k + 1) at element i, input j holds cos(0.3 i + j) 1.5; layers.test.ts fills its own in the
same way. Gradients are those of the sum of all results times ((7 i + 3) mod 11 - 5) / 5, as in the engine's registry.
"""
import json, math
import torch
from torch import nn

torch.set_default_dtype(torch.float64)


def filled(shape, f):
    n = math.prod(shape)
    return torch.tensor([f(i) for i in range(n)]).reshape(shape)


def floats(j, *shape):
    return filled(shape, lambda i: 1.5 * math.cos(0.3 * i + j))


def flat(results):
    if isinstance(results, torch.Tensor):
        return [results]
    if isinstance(results, nn.utils.rnn.PackedSequence):
        return [results.data]
    return [t for r in results if r is not None for t in flat(r)]


def digits(t):
    return [float("%.12g" % v) for v in t.detach().double().reshape(-1).tolist()]


cases = {}


def layer(name, module, *inputs, call=None, train=False, tests=None):
    module.train(train)
    with torch.no_grad():
        for k, p in enumerate(module.parameters()):
            p.copy_(filled(p.shape, lambda i: 0.4 * math.sin(0.7 * i + k + 1)))
    given = [floats(j, *x) if isinstance(x, tuple) else x for j, x in enumerate(inputs)]
    leaves = [x.requires_grad_() for x in given if x.is_floating_point()]
    results = flat((call or (lambda m, *x: m(*x)))(module, *given))
    total = 0
    for y in results:
        if y.requires_grad:
            w = ((7 * torch.arange(y.numel()) + 3) % 11 - 5).double() / 5
            total = total + (y.reshape(-1) * w).sum()
    if isinstance(total, torch.Tensor):
        total.backward()
    zero = lambda t: torch.zeros_like(t) if t.grad is None else t.grad
    cases[name] = {
        "repr": str(module),
        "train": train,
        "inputs": [{"floats": list(x.shape)} if x.is_floating_point() else {"ints": x.tolist()} for x in given],
        "results": [{"shape": list(y.shape), "values": digits(y)} for y in results],
        "inputGrads": [digits(zero(x)) for x in leaves],
        "grads": {n: digits(zero(p)) for n, p in module.named_parameters()},
        "buffers": {n: digits(b) for n, b in module.named_buffers()},
    }


layer("Linear", nn.Linear(4, 3), (2, 4))
layer("Bilinear", nn.Bilinear(3, 2, 4), (5, 3), (5, 2))
layer("Conv1d", nn.Conv1d(2, 4, 3, stride=2, padding=1, groups=2), (2, 2, 7))
layer("Conv1d same", nn.Conv1d(2, 3, 4, padding="same", dilation=2), (2, 2, 9))
layer("Conv2d", nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0), bias=False), (1, 2, 5, 5))
layer("Conv2d same", nn.Conv2d(1, 2, (2, 3), padding="same"), (1, 1, 4, 5))
layer("Conv2d reflect", nn.Conv2d(1, 2, 3, padding=(2, 1), padding_mode="reflect"), (1, 1, 4, 5))
layer("Conv3d", nn.Conv3d(2, 2, (2, 3, 1), padding=(1, 1, 0)), (1, 2, 3, 4, 2))
layer("ConvTranspose1d", nn.ConvTranspose1d(2, 3, 3, stride=2, output_padding=1), (1, 2, 4))
layer("ConvTranspose2d", nn.ConvTranspose2d(2, 4, 3, stride=2, padding=1, output_padding=1, groups=2), (1, 2, 3, 3))
layer("ConvTranspose3d", nn.ConvTranspose3d(1, 2, 2, stride=2), (1, 1, 2, 2, 2))
layer("MaxPool1d", nn.MaxPool1d(3, stride=2, padding=1), (2, 2, 7))
layer("MaxPool2d", nn.MaxPool2d((3, 2), stride=2, ceil_mode=True), (1, 2, 6, 5))
layer("MaxPool2d dilated", nn.MaxPool2d(2, stride=1, dilation=2), (1, 1, 5, 5))
layer("MaxPool3d", nn.MaxPool3d(2), (1, 1, 4, 4, 4))
layer("AvgPool1d", nn.AvgPool1d(3, stride=2, padding=1, count_include_pad=False), (1, 2, 7))
layer("AvgPool2d", nn.AvgPool2d(2, padding=1), (1, 2, 5, 4))
layer("AvgPool3d", nn.AvgPool3d((2, 1, 2)), (1, 2, 4, 3, 4))
layer("AdaptiveAvgPool1d", nn.AdaptiveAvgPool1d(3), (1, 2, 7))
layer("AdaptiveAvgPool2d", nn.AdaptiveAvgPool2d((2, 3)), (1, 2, 5, 4))
layer("AdaptiveAvgPool3d", nn.AdaptiveAvgPool3d(2), (1, 1, 3, 4, 5))
layer("AdaptiveMaxPool1d", nn.AdaptiveMaxPool1d(3), (1, 2, 7))
layer("AdaptiveMaxPool2d", nn.AdaptiveMaxPool2d((2, 3)), (1, 2, 5, 4))
for mode, align, shape in (("nearest", None, (1, 2, 4)), ("bilinear", True, (1, 1, 3, 4)), ("bilinear", False, (1, 1, 3, 4)), ("bicubic", False, (1, 1, 4, 3)), ("linear", False, (1, 2, 5)), ("trilinear", False, (1, 1, 2, 3, 2)), ("area", None, (1, 1, 4, 6))):
    layer(f"Upsample {mode} {align}", nn.Upsample(size=tuple(v + 3 for v in shape[2:]), mode=mode, align_corners=align), shape)
layer("Upsample factor", nn.Upsample(scale_factor=2.0, mode="bilinear"), (1, 1, 3, 3))
layer("PixelShuffle", nn.PixelShuffle(2), (1, 8, 2, 3))
layer("PixelUnshuffle", nn.PixelUnshuffle(2), (1, 2, 4, 6))
layer("Unfold", nn.Unfold((2, 3), padding=1, stride=2), (1, 2, 5, 6))
layer("ZeroPad2d", nn.ZeroPad2d((1, 2, 0, 1)), (1, 1, 2, 3))
layer("ConstantPad2d", nn.ConstantPad2d((1, 0, 2, 1), 3.5), (1, 1, 2, 3))
layer("ReflectionPad1d", nn.ReflectionPad1d((2, 1)), (1, 2, 4))
layer("ReflectionPad2d", nn.ReflectionPad2d((1, 2, 2, 1)), (1, 1, 3, 4))
layer("ReplicationPad1d", nn.ReplicationPad1d(2), (1, 2, 4))
layer("ReplicationPad2d", nn.ReplicationPad2d((1, 2, 0, 3)), (1, 1, 3, 2))
layer("CircularPad2d", nn.CircularPad2d((1, 2, 0, 3)), (1, 1, 3, 2))
layer("Flatten", nn.Flatten(), (2, 3, 2))
layer("Unflatten", nn.Unflatten(1, (2, 3)), (2, 6))
for train in (True, False):
    layer(f"BatchNorm1d {train}", nn.BatchNorm1d(3), (4, 3), train=train)
    layer(f"BatchNorm2d {train}", nn.BatchNorm2d(2, eps=1e-3, momentum=0.3), (3, 2, 2, 2), train=train)
    layer(f"BatchNorm3d {train}", nn.BatchNorm3d(2, affine=False), (2, 2, 2, 1, 2), train=train)
    layer(f"InstanceNorm2d {train}", nn.InstanceNorm2d(2, affine=True, track_running_stats=True), (2, 2, 2, 3), train=train)
layer("InstanceNorm1d", nn.InstanceNorm1d(2), (2, 2, 5), train=True)
layer("LayerNorm", nn.LayerNorm((2, 3)), (2, 2, 3))
layer("GroupNorm", nn.GroupNorm(2, 4), (2, 4, 3))
layer("RMSNorm", nn.RMSNorm(4), (2, 4))
layer("LocalResponseNorm", nn.LocalResponseNorm(3, alpha=0.5), (1, 5, 2, 2))
layer("Embedding", nn.Embedding(5, 3, padding_idx=1), torch.tensor([[0, 1], [4, 4]]))
layer("Embedding frequency", nn.Embedding(5, 3, scale_grad_by_freq=True), torch.tensor([[0, 4], [4, 4]]))
layer("Embedding norm", nn.Embedding(5, 3, max_norm=0.5, norm_type=1.0), torch.tensor([[0, 1], [4, 4]]))
for name in ("ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Sigmoid", "Tanh", "LogSigmoid", "Softsign", "Tanhshrink", "Hardsigmoid", "Hardswish"):
    layer(name, getattr(nn, name)(), (9,))
layer("LeakyReLU", nn.LeakyReLU(0.2), (9,))
layer("ELU", nn.ELU(1.5), (9,))
layer("CELU", nn.CELU(0.5), (9,))
layer("GELU", nn.GELU(), (9,))
layer("GELU tanh", nn.GELU(approximate="tanh"), (9,))
layer("Softplus", nn.Softplus(2.0, 3.0), (9,))
layer("Hardtanh", nn.Hardtanh(-0.5, 0.7), (9,))
layer("Hardshrink", nn.Hardshrink(), (9,))
layer("Softshrink", nn.Softshrink(0.3), (9,))
layer("Threshold", nn.Threshold(0.1, 20), (9,))
layer("PReLU", nn.PReLU(3), (2, 3, 2))
layer("RReLU", nn.RReLU(), (9,))
layer("GLU", nn.GLU(), (2, 6))
layer("Softmax", nn.Softmax(dim=1), (2, 5))
layer("LogSoftmax", nn.LogSoftmax(dim=0), (2, 5))
layer("Softmin", nn.Softmin(dim=1), (2, 5))
layer("Softmax2d", nn.Softmax2d(), (1, 3, 2, 2))
layer("Dropout", nn.Dropout(0.3), (5,))
layer("Dropout2d", nn.Dropout2d(0.3), (1, 2, 2, 2))
layer("AlphaDropout", nn.AlphaDropout(0.3), (5,))

for bidirectional in (False, True):
    kw = dict(num_layers=2, bidirectional=bidirectional)
    n = 4 if bidirectional else 2
    layer(f"RNN {bidirectional}", nn.RNN(3, 2, **kw), (4, 2, 3), (n, 2, 2))
    layer(f"GRU {bidirectional}", nn.GRU(3, 2, batch_first=True, **kw), (2, 4, 3), (n, 2, 2))
    layer(f"LSTM {bidirectional}", nn.LSTM(3, 2, **kw), (4, 2, 3), (n, 2, 2), (n, 2, 2), call=lambda m, x, h, c: m(x, (h, c)))
layer("RNN relu", nn.RNN(3, 2, nonlinearity="relu", bias=False), (4, 3))
layer("GRU alone", nn.GRU(3, 2), (4, 3), (1, 2))


def packed(m, x, *states):
    p = nn.utils.rnn.pack_padded_sequence(x, [2, 4, 1], enforce_sorted=False)
    y, last = m(p, states if len(states) == 2 else states[0])
    return (*nn.utils.rnn.pad_packed_sequence(y, padding_value=-1.0), last)


layer("LSTM packed", nn.LSTM(3, 2, bidirectional=True), (4, 3, 3), (2, 3, 2), (2, 3, 2), call=packed)
layer("GRU packed", nn.GRU(3, 2), (4, 3, 3), (1, 3, 2), call=packed)
layer("RNNCell", nn.RNNCell(3, 2), (4, 3), (4, 2))
layer("RNNCell relu", nn.RNNCell(3, 2, bias=False, nonlinearity="relu"), (4, 3), (4, 2))
layer("GRUCell", nn.GRUCell(3, 2), (4, 3), (4, 2))
layer("LSTMCell", nn.LSTMCell(3, 2), (4, 3), (4, 2), (4, 2), call=lambda m, x, h, c: m(x, (h, c)))

hidden = torch.tensor([[False, False, True], [False, False, False]])
later = torch.triu(torch.ones(4, 3, dtype=torch.bool), 1)
layer("MultiheadAttention", nn.MultiheadAttention(4, 2), (4, 2, 4), (3, 2, 4), (3, 2, 4))
layer("MultiheadAttention masked", nn.MultiheadAttention(4, 2, batch_first=True), (2, 4, 4), (2, 3, 4), (2, 3, 4), call=lambda m, q, k, v: m(q, k, v, key_padding_mask=hidden, attn_mask=later, average_attn_weights=False))
layer("MultiheadAttention kv", nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True, kdim=3, vdim=2, bias=False), (4, 2, 4), (3, 2, 3), (3, 2, 2))
for first in (False, True):
    layer(f"TransformerEncoderLayer {first}", nn.TransformerEncoderLayer(4, 2, 6, 0.1, batch_first=True, norm_first=first, activation="gelu" if first else "relu"), (2, 3, 4), call=lambda m, x: m(x, src_key_padding_mask=hidden))
    layer(f"TransformerDecoderLayer {first}", nn.TransformerDecoderLayer(4, 2, 6, 0.1, norm_first=first), (3, 2, 4), (2, 2, 4), call=lambda m, x, y: m(x, y, tgt_mask=nn.Transformer.generate_square_subsequent_mask(3)))
layer("TransformerEncoder", nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 6), 2, nn.LayerNorm(4), enable_nested_tensor=False), (3, 2, 4))
layer("Transformer", nn.Transformer(4, 2, 1, 1, 6), (3, 2, 4), (2, 2, 4))

labels = torch.tensor([2, 0, 1])
signs = torch.tensor([1, -1, -1])
layer("MSELoss", nn.MSELoss(), (3, 2), (3, 2))
layer("L1Loss", nn.L1Loss(reduction="sum"), (3, 2), (3, 2))
layer("SmoothL1Loss", nn.SmoothL1Loss(beta=0.5), (3, 2), (3, 2))
layer("HuberLoss", nn.HuberLoss(delta=0.6), (3, 2), (3, 2))
layer("CrossEntropyLoss", nn.CrossEntropyLoss(label_smoothing=0.1), (3, 4), labels)
layer("CrossEntropyLoss weight", nn.CrossEntropyLoss(torch.tensor([0.5, 1.0, 2.0, 1.0]), ignore_index=0), (3, 4), labels)
layer("NLLLoss", nn.NLLLoss(), (3, 4), labels)
layer("BCELoss", nn.BCELoss(), (3, 2), (3, 2), call=lambda m, x, y: m(x.sigmoid(), y.detach() / 3 + 0.5))
layer("BCEWithLogitsLoss", nn.BCEWithLogitsLoss(reduction="none"), (3, 2), (3, 2), call=lambda m, x, y: m(x, y.detach()))
layer("KLDivLoss", nn.KLDivLoss(reduction="batchmean", log_target=True), (3, 2), (3, 2))
layer("SoftMarginLoss", nn.SoftMarginLoss(), (3,), signs)
layer("MarginRankingLoss", nn.MarginRankingLoss(margin=0.3), (3,), (3,), signs)
layer("HingeEmbeddingLoss", nn.HingeEmbeddingLoss(margin=2.0), (3,), signs)
layer("CosineEmbeddingLoss", nn.CosineEmbeddingLoss(margin=-0.5), (3, 4), (3, 4), signs)
layer("TripletMarginLoss", nn.TripletMarginLoss(margin=2.0), (3, 4), (3, 4), (3, 4))
layer("PoissonNLLLoss", nn.PoissonNLLLoss(), (3, 2), (3, 2))
layer("GaussianNLLLoss", nn.GaussianNLLLoss(full=True), (3, 2), (3, 2), (3, 2), call=lambda m, x, y, v: m(x, y, v.square() + 0.1))
layer("MultiMarginLoss", nn.MultiMarginLoss(p=2, margin=0.8), (3, 4), labels)
layer("MultiLabelSoftMarginLoss", nn.MultiLabelSoftMarginLoss(), (3, 2), torch.tensor([[0, 1], [1, 1], [0, 0]]))

print(json.dumps(cases, separators=(",", ":")).replace('},"', '},\n"'))
