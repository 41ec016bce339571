"""Writes values.inc: inputs, results and gradients of PyTorch 2.13 (float64) for the neural-network operations.

Run with a Python that has torch: python make.py > values.inc
The gradient is that of the sum of result * weights, weights[i] = cos(i), by each floating input that requires it.
"""
import torch
import torch.nn.functional as F

torch.manual_seed(20)
D = torch.float64


def r(*shape):
    return torch.randn(*shape, dtype=D)


def listed(t):
    body = ", ".join(repr(float(v)).replace("nan", "NAN").replace("inf", "INFINITY") for v in t.detach().reshape(-1))
    return "{{%s}, {%s}}" % (", ".join(map(str, t.shape)), body)


def case(name, f, *inputs):
    leaves = [t.clone().requires_grad_() if t.is_floating_point() else t for t in inputs]
    y = f(*leaves)
    w = torch.cos(torch.arange(y.numel(), dtype=D)).reshape(y.shape)
    (y * w).sum().backward()
    grads = [l.grad if l.is_floating_point() and l.grad is not None else torch.zeros(0) for l in leaves]
    print('{"%s",\n {%s},\n %s,\n {%s}},' % (name, ",\n  ".join(map(listed, inputs)), listed(y), ",\n  ".join(map(listed, grads))))


labels = torch.tensor([2, 0, 3, 1])
case("matmul_batch", torch.matmul, r(2, 1, 3, 4), r(3, 4, 2))
case("linear", F.linear, r(3, 4), r(2, 4), r(2))
case("linear_3d", F.linear, r(2, 3, 4), r(2, 4), r(2))
case("addmm", lambda i, a, b: torch.addmm(i, a, b, beta=0.5, alpha=2), r(2), r(3, 4), r(4, 2))
case("conv2d", lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), dilation=(1, 2)), r(2, 3, 7, 8), r(4, 3, 3, 2), r(4))
case("conv2d_groups", lambda x, w: F.conv2d(x, w, None, groups=2), r(1, 4, 5, 5), r(6, 2, 3, 3))
case("conv_transpose2d", lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2, padding=1, output_padding=1), r(2, 3, 4, 4), r(3, 2, 3, 3), r(2))
case("max_pool2d", lambda x: F.max_pool2d(x, 3, 2, 1), r(2, 3, 6, 7))
case("max_pool2d_dilated_ceil", lambda x: F.max_pool2d(x, 2, 2, 1, 2, ceil_mode=True), r(1, 2, 6, 7))
case("avg_pool2d", lambda x: F.avg_pool2d(x, 3, 2, 1), r(2, 3, 6, 7))
case("avg_pool2d_ceil_nopad", lambda x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=False), r(1, 2, 6, 7))
case("adaptive_avg_pool2d", lambda x: F.adaptive_avg_pool2d(x, (3, 2)), r(2, 2, 7, 5))
case("leaky_relu", lambda x: F.leaky_relu(x, 0.2), r(9))
case("elu", lambda x: F.elu(x, 1.5), r(9))
case("gelu", F.gelu, r(9))
case("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), r(9))
case("silu", F.silu, r(9))
case("softplus", lambda x: F.softplus(x, 2, 3), r(9) * 3)
case("hardtanh", lambda x: F.hardtanh(x, -0.5, 0.7), r(9))
case("softmax", lambda x: F.softmax(x, 1), r(2, 3, 4))
case("log_softmax", lambda x: F.log_softmax(x, -1), r(2, 5))
for how in ("mean", "sum", "none"):
    case("mse_" + how, lambda a, b: F.mse_loss(a, b, reduction=how), r(2, 3), r(2, 3))
    case("l1_" + how, lambda a, b: F.l1_loss(a, b, reduction=how), r(2, 3), r(2, 3))
    case("smooth_l1_" + how, lambda a, b: F.smooth_l1_loss(a, b, reduction=how, beta=0.7), r(2, 3), r(2, 3))
    case("nll_" + how, lambda x: F.nll_loss(x, labels, reduction=how), r(4, 5))
    case("ce_" + how, lambda x: F.cross_entropy(x, labels, reduction=how), r(4, 5))
    case("ce_ignore_" + how, lambda x: F.cross_entropy(x, labels, ignore_index=3, reduction=how), r(4, 5))
    case("ce_weight_smooth_" + how, lambda x: F.cross_entropy(x, labels, weight=torch.arange(1, 6, dtype=D), ignore_index=0, reduction=how, label_smoothing=0.2), r(4, 5))
    case("bce_logits_" + how, lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction=how), r(2, 3) * 4, torch.rand(2, 3, dtype=D))
    case("bce_" + how, lambda x, t: F.binary_cross_entropy(x, t, reduction=how), torch.rand(2, 3, dtype=D), torch.rand(2, 3, dtype=D))
case("ce_probabilities", lambda x, t: F.cross_entropy(x, t, label_smoothing=0.1), r(3, 4), F.softmax(r(3, 4), 1))
case("ce_images", lambda x: F.cross_entropy(x, labels.reshape(2, 2, 1).clamp(max=2), reduction="none"), r(2, 3, 2, 1))
case("kl_div", lambda a, b: F.kl_div(a, b, reduction="batchmean"), F.log_softmax(r(3, 4), 1), F.softmax(r(3, 4), 1))
case("kl_div_log", lambda a, b: F.kl_div(a, b, reduction="sum", log_target=True), F.log_softmax(r(3, 4), 1), F.log_softmax(r(3, 4), 1))
case("batch_norm", lambda x, w, b: F.batch_norm(x, None, None, w, b, True), r(3, 2, 4, 3), r(2), r(2))
case("layer_norm", lambda x, w, b: F.layer_norm(x, (3, 4), w, b), r(2, 3, 4), r(3, 4), r(3, 4))
case("group_norm", lambda x, w, b: F.group_norm(x, 2, w, b), r(2, 4, 3, 2), r(4), r(4))
case("embedding", lambda w: F.embedding(torch.tensor([[0, 2], [2, 1]]), w, padding_idx=1), r(4, 3))


def train(name, make):
    p = r(5).requires_grad_()
    start, target = p.detach().clone(), r(5)
    optimizer = make([p])
    for _ in range(5):
        optimizer.zero_grad()
        ((p - target) ** 2 * torch.arange(1, 6, dtype=D)).sum().backward()
        optimizer.step()
    print('{"%s", {%s, %s}, %s, {}},' % (name, listed(start), listed(target), listed(p)))


O = torch.optim
train("step_sgd", lambda p: O.SGD(p, lr=0.01))
train("step_sgd_momentum", lambda p: O.SGD(p, lr=0.01, momentum=0.9, dampening=0.1, weight_decay=0.05))
train("step_sgd_nesterov", lambda p: O.SGD(p, lr=0.01, momentum=0.9, nesterov=True))
train("step_adam", lambda p: O.Adam(p, lr=0.1, weight_decay=0.05))
train("step_amsgrad", lambda p: O.Adam(p, lr=0.1, amsgrad=True))
train("step_adamw", lambda p: O.AdamW(p, lr=0.1, weight_decay=0.2))
train("step_rmsprop", lambda p: O.RMSprop(p, lr=0.01, momentum=0.5, centered=True, weight_decay=0.01))
train("step_adagrad", lambda p: O.Adagrad(p, lr=0.1, lr_decay=0.01, weight_decay=0.01))
train("step_adadelta", lambda p: O.Adadelta(p, lr=0.5, weight_decay=0.01))
