"""Writes functions.json: what PyTorch 2.13 gives for the functions that Flint composes of others, with the gradient of
sum(result * weights) by x; functions.test.ts calls Flint's. Run with a Python that has torch: python functions.py > functions.json

x is sin(i) over [3, 4], y is cos(1.3 i), v is sin(0.7 i) of 4, p is x² + 0.1, w is weight i = ((7 i + 3) mod 11 - 5) / 5.
"""
import json, math
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
fill = lambda f, *shape: torch.tensor([f(i) for i in range(math.prod(shape))]).reshape(shape)
y, v = fill(lambda i: math.cos(1.3 * i), 3, 4), fill(lambda i: math.sin(0.7 * i), 4)
u = fill(lambda i: math.cos(0.4 * i), 3)
idx = torch.tensor([2, 0])
nan, inf = math.nan, math.inf
holes = torch.tensor([[1.0, nan, 2.0], [nan, 0.5, -1.0]])
three = fill(lambda i: math.cos(0.9 * i), 3, 3)

functions = {
    "sinc": lambda x: torch.sinc(x), "logit": lambda x: torch.logit(x.square() * 0.9 + 0.05), "logit eps": lambda x: torch.logit(x, 0.1),
    "xlogy": lambda x: torch.xlogy(y, x.square() + 0.1), "logaddexp2": lambda x: torch.logaddexp2(x, y), "heaviside": lambda x: torch.heaviside(x, y),
    "copysign": lambda x: torch.copysign(x, y), "signbit": lambda x: torch.signbit(x), "fmax": lambda x: torch.fmax(x, y), "fmin": lambda x: torch.fmin(x, y),
    "deg2rad": lambda x: torch.deg2rad(x), "rad2deg": lambda x: torch.rad2deg(x), "floatPower": lambda x: torch.float_power(x.square() + 0.1, 1.5), "clampMin": lambda x: torch.clamp_min(x, 0.2), "clampMax": lambda x: torch.clamp_max(x, 0.2),
    "nansum": lambda x: torch.nansum(holes, 1), "nanmean": lambda x: torch.nanmean(holes), "countNonzero": lambda x: torch.count_nonzero(x, 1),
    "stdMean": lambda x: torch.stack(torch.std_mean(x, 1)), "varMean": lambda x: torch.stack(torch.var_mean(x, 0, correction=0)), "dist": lambda x: torch.dist(x, y, 3),
    "quantile": lambda x: torch.quantile(x, 0.37), "quantile dim": lambda x: torch.quantile(x, torch.tensor([0.0, 0.5, 1.0]), 1), "quantile lower": lambda x: torch.quantile(x, 0.37, 0, interpolation="lower"),
    "quantile nearest": lambda x: torch.quantile(x, 0.37, 0, keepdim=True, interpolation="nearest"), "quantile midpoint": lambda x: torch.quantile(x, 0.37, 0, interpolation="midpoint"), "nanquantile": lambda x: torch.nanquantile(holes, 0.3),
    "mode": lambda x: torch.mode(torch.tensor([[1.0, 2.0, 2.0, 1.0], [3.0, 0.0, 0.0, 0.0]])).values, "mode places": lambda x: torch.mode(torch.tensor([[1.0, 2.0, 2.0, 1.0], [3.0, 0.0, 0.0, 0.0]])).indices,
    "histc": lambda x: torch.histc(x, 5), "histc range": lambda x: torch.histc(x, 4, -0.5, 0.5), "diff": lambda x: torch.diff(x, 2, dim=1), "cov": lambda x: torch.cov(x), "corrcoef": lambda x: torch.corrcoef(x),
    "trapezoid": lambda x: torch.trapezoid(x, dx=0.5), "trapezoid x": lambda x: torch.trapezoid(x, v.cumsum(0)), "logcumsumexp": lambda x: torch.logcumsumexp(x, 1),
    "indexAdd": lambda x: torch.index_add(x, 1, idx, y[:, :2], alpha=2), "indexCopy": lambda x: torch.index_copy(x, 1, idx, y[:, :2]), "indexFill": lambda x: torch.index_fill(x, 0, idx, 7.0),
    "take": lambda x: torch.take(x, torch.tensor([[0, 5], [11, 2]])), "takeAlongDim": lambda x: torch.take_along_dim(x, torch.tensor([[1, 0]]), 1), "maskedScatter": lambda x: torch.masked_scatter(x, y > 0.3, v.repeat(3)),
    "isin": lambda x: torch.isin(torch.tensor([[1, 2], [3, 4]]), torch.tensor([4, 1])), "bucketize": lambda x: torch.bucketize(x, torch.tensor([-0.5, 0.0, 0.5])),
    "rot90": lambda x: torch.rot90(x, 1), "rot90 3": lambda x: torch.rot90(x, 3, [1, 0]), "fliplr": lambda x: torch.fliplr(x), "flipud": lambda x: torch.flipud(x), "diagEmbed": lambda x: torch.diag_embed(x), "diagflat": lambda x: torch.diagflat(x[0], 1),
    "tensorSplit": lambda x: torch.tensor_split(x, 3, 1)[0], "hsplit": lambda x: torch.hsplit(x, [1, 3])[1], "inner": lambda x: torch.inner(x, v), "inner 2": lambda x: torch.inner(x, y), "mv": lambda x: torch.mv(x, v),
    "addmm": lambda x: torch.addmm(three, x, y.t(), beta=0.5, alpha=2), "addmv": lambda x: torch.addmv(u, x, v, beta=0.5, alpha=2), "addr": lambda x: torch.addr(x, u, v, beta=0.5, alpha=2),
    "baddbmm": lambda x: torch.baddbmm(three[None], x[None], y.t()[None], beta=0.5, alpha=2), "kron": lambda x: torch.kron(x, u), "cross": lambda x: torch.linalg.cross(x[:, :3], y[:, :3]),
    "hstack": lambda x: torch.hstack([x, y]), "vstack": lambda x: torch.vstack([x, v]), "dstack": lambda x: torch.dstack([x, y]), "columnStack": lambda x: torch.column_stack([u, x]), "blockDiag": lambda x: torch.block_diag(x, u, three),
    "cartesianProd": lambda x: torch.cartesian_prod(x[0], u), "combinations": lambda x: torch.combinations(x[0], 2), "combinations repeated": lambda x: torch.combinations(x[0], 2, True),
    "trilIndices": lambda x: torch.tril_indices(3, 4, 1), "triuIndices": lambda x: torch.triu_indices(3, 3, 1), "vander": lambda x: torch.vander(x[0], 3), "vander increasing": lambda x: torch.vander(x[0], increasing=True),
    "tensordot": lambda x: torch.tensordot(x, y, 2), "tensordot lists": lambda x: torch.tensordot(x, y, ([0], [0])), "cdist": lambda x: torch.cdist(x, y[:2], 1.5), "pdist": lambda x: F.pdist(x, 3), "broadcastTensors": lambda x: torch.broadcast_tensors(x, u[:, None])[1],
    "channelShuffle": lambda x: F.channel_shuffle(x.reshape(1, 6, 2, 1), 3), "bilinear": lambda x: F.bilinear(x[:, :2], y[:, :3], fill(lambda i: math.sin(i), 2, 2, 3)), "rmsNorm": lambda x: F.rms_norm(x, (4,)),
    "multiDot": lambda x: torch.linalg.multi_dot([x, y.t(), x]), "matrixPower": lambda x: torch.linalg.matrix_power(x[:, :3] + 2 * torch.eye(3), 3), "matrixPower -2": lambda x: torch.linalg.matrix_power(x[:, :3] + 2 * torch.eye(3), -2),
    "pinv": lambda x: torch.linalg.pinv(x + y.square()), "lstsq": lambda x: torch.linalg.lstsq((x + y.square()).t(), y.t()).solution, "matrixNorm nuc": lambda x: torch.linalg.matrix_norm(x + y.square(), "nuc"), "matrixNorm 2": lambda x: torch.linalg.matrix_norm(x, 2), "matrixNorm 1": lambda x: torch.linalg.matrix_norm(x, 1),
    "matrixNorm inf": lambda x: torch.linalg.matrix_norm(x, inf), "cond": lambda x: torch.linalg.cond(x + y.square()), "matrixRank": lambda x: torch.linalg.matrix_rank(torch.outer(u, v)),
    "sin_": lambda x: x.clone().sin_(), "exp_": lambda x: x.clone().exp_(), "square_": lambda x: x.clone().square_(), "cumsum_": lambda x: x.clone().cumsum_(1), "lerp_": lambda x: x.clone().lerp_(y, 0.3), "addcmul_": lambda x: x.clone().addcmul_(y, y, value=0.5), "lt_": lambda x: x.clone().lt_(0.2), "remainder_": lambda x: x.clone().remainder_(0.3),
}
out = {}
for name, f in functions.items():
    x = fill(lambda i: math.sin(i), 3, 4).requires_grad_()
    r = f(x)
    grad = None
    if r.requires_grad:
        w = ((7 * torch.arange(r.numel()) + 3) % 11 - 5).double() / 5
        try:
            (r.reshape(-1) * w).sum().backward()
            grad = None if x.grad is None else x.grad.reshape(-1).tolist()
        except RuntimeError as e:  # a few have no derivative in PyTorch, and vander overwrites what it needs
            assert "not implemented" in str(e) or "vander" in name, (name, e)
    digits = lambda values: [float("%.12g" % a) if math.isfinite(a) else str(a) for a in values]
    out[name] = {"shape": list(r.shape), "dtype": str(r.dtype)[6:], "values": digits(r.detach().double().reshape(-1).tolist()), "grad": grad and digits(grad)}
print(json.dumps(out, separators=(",", ":")).replace('},"', '},\n"'))
