"""Writes cases.txt: what PyTorch 2.13 gives for every operation of the registry.

Run with a Python that has torch: python cases.py > cases.txt

A case names an operation, its arguments in the order of the C++ function, the results, and the gradient of
sum(results * weights) by each floating tensor among the arguments; weight i of a result is ((7 i + 3) mod 11 - 5) / 5.
Floating arguments are given in float64 and again in the other types that `dtypes` names, the first cases of each
operation also in every other type in which PyTorch has it, and in float64 with less: no element or one along the first
and the last dimension, one altogether, an operand that is broadcast, dimensions counted from the end. The form is read by
read.cpp.

A 16-bit case says how far from PyTorch's values one may lie: one unit in the last place, or twice as far as PyTorch itself
lies from what the same operands give in float64, relative to the larger of 1 and the value.
"""
import contextlib
import io
import math
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(20)
f64, f32, i64, i32, u8, boolean = torch.float64, torch.float32, torch.int64, torch.int32, torch.uint8, torch.bool
f16, bf16 = torch.float16, torch.bfloat16
HALVES = [f16, bf16]
FLOATS, NUMBERS, ALL = [f64, f32], [f64, f32, i64, i32, u8], [f64, f32, i64, i32, u8, boolean]
NAMES = {f64: "float64", f32: "float32", i64: "int64", i32: "int32", u8: "uint8", boolean: "bool", f16: "float16", bf16: "bfloat16"}


def number(v):
    if isinstance(v, bool):
        return "1" if v else "0"
    if isinstance(v, int):
        return str(v)
    if math.isnan(v):
        return "nan"
    return "inf" if v == math.inf else "-inf" if v == -math.inf else repr(v)


def element(v, dtype):
    if dtype in (f32, f16, bf16) and math.isfinite(v):
        return "%.9g" % v
    return number(v) if dtype.is_floating_point else str(int(v))


def tensor_text(t):
    values = " ".join(element(v, t.dtype) for v in t.detach().reshape(-1).tolist())
    return f"t {NAMES[t.dtype]} {t.dim()} {' '.join(map(str, t.shape))} {values}".rstrip()


def text(a):
    if a is None:
        return "-"
    if isinstance(a, torch.Tensor):
        return tensor_text(a)
    if isinstance(a, bool):
        return f"b {int(a)}"
    if isinstance(a, (int, float)):
        return f"n {number(a)}"
    if isinstance(a, str):
        return f"s {a}"
    if isinstance(a, torch.dtype):
        return f"s {NAMES[a]}"
    if a and any(isinstance(x, torch.Tensor) for x in a):
        return f"l {len(a)} " + " ".join(map(text, a))
    if isinstance(a, tuple):  # an empty list of tensors
        return "l 0"
    return f"d {len(a)} " + " ".join(map(str, a))


def tensors_of(a):
    if isinstance(a, torch.Tensor):
        return [a]
    return [t for x in a for t in tensors_of(x)] if isinstance(a, (list, tuple)) else []


def convert(a, dtype, leaf):
    if isinstance(a, torch.Tensor):
        if a.dtype != f64:
            return a
        if dtype == boolean:
            return a > 0
        if not dtype.is_floating_point:
            a = (a * 3).round()
            return (a.abs() if dtype == u8 else a).to(dtype)
        a = a.to(dtype)
        return a.clone().requires_grad_() if leaf else a
    return type(a)(convert(x, dtype, leaf) for x in a) if isinstance(a, (list, tuple)) else a


def weighted(results):
    total = 0
    for y in results:
        if y.dtype.is_floating_point and y.requires_grad:
            w = ((7 * torch.arange(y.numel()) + 3) % 11 - 5).to(y.dtype) / 5
            total = total + (y * w.reshape(y.shape)).sum()
    return total


def evaluate(op, f, given):
    """The results, and the gradients of those arguments that want one."""
    used = [a.clone() if op.endswith("_") and isinstance(a, torch.Tensor) and i == 0 else a for i, a in enumerate(given)]
    results = f(*used)
    if results is None:  # the arguments themselves are changed
        results = tensors_of(used)
    results = list(results) if isinstance(results, (list, tuple)) else [results]
    leaves = [t for t in tensors_of(given) if t.requires_grad]
    total = weighted(results) if leaves else 0
    if not isinstance(total, torch.Tensor):
        return results, []
    found = torch.autograd.grad(total, leaves, allow_unused=True)
    return results, [torch.zeros_like(t) if g is None else g for g, t in zip(found, leaves)]


def widened(a, leaf):
    if isinstance(a, torch.Tensor) and a.dtype in HALVES:
        return a.detach().to(f64).requires_grad_(leaf)
    return type(a)(widened(x, leaf) for x in a) if isinstance(a, (list, tuple)) else a


def allowance(op, f, given, leaf, values):
    """How far a result may lie from PyTorch's `values` of 16-bit operands."""
    half = next(t.dtype for t in values if t.dtype in HALVES)
    bound = 1.1e-3 if half == f16 else 8e-3
    exact = [t for list_ in evaluate(op, f, widened(given, leaf)) for t in list_]
    for got, best in zip(values, exact):
        if got.dtype in HALVES and got.shape == best.shape:
            error = (got.detach().to(f64) - best.detach()).abs() / best.detach().abs().clamp(min=1)
            bound = max([bound] + [2 * e for e in error.reshape(-1).tolist() if math.isfinite(e)])
    return bound


def once(op, f, args, dtype, grads):
    leaf = dtype.is_floating_point and grads
    given = convert(args, dtype, leaf)
    results, found = evaluate(op, f, given)
    within = ""
    if any(t.dtype in HALVES for t in tensors_of(given)) and any(t.dtype in HALVES for t in results + found):
        within = " %.3g" % allowance(op, f, given, leaf, results + found)
    print(f"case {op} {len(given)}{within and ' within' + within}")
    for a in args:
        print(text(convert(a, dtype, False)))
    print(f"results {len(results)}")
    for y in results:
        print(text(y))
    print(f"grads {len(found)}")
    for g in found:
        print(text(g))


def case(op, f, *args, dtypes=FLOATS, grads=True, others=ALL + HALVES, shapes=True):
    for dtype in dtypes:
        once(op, f, list(args), dtype, grads)
    if any(t.dtype == f64 for t in tensors_of(args)):
        other_types(op, f, list(args), [t for t in others if t not in dtypes], grads)
        if shapes and grads and f64 in dtypes:
            other_shapes(op, f, list(args))


FIRST = 2  # cases of each operation that are given in every other type as well
in_type, without_type = {}, {}


def other_types(op, f, args, types, grads):
    """The first cases of an operation in `types` as well, where PyTorch has it so."""
    if not 1 < sum(t.numel() for t in tensors_of(args)) < 200:
        return
    for dtype in types:
        key = (op, dtype, grads and dtype.is_floating_point)
        if in_type.get(key, 0) >= FIRST:
            continue
        written = io.StringIO()
        try:
            with contextlib.redirect_stdout(written):
                once(op, f, args, dtype, grads)
        except (RuntimeError, IndexError, TypeError) as e:
            without_type[(op, NAMES[dtype])] = str(e).splitlines()[0]
            continue
        in_type[key] = in_type.get(key, 0) + 1
        sys.stdout.write(written.getvalue())


def shrunk(dim, count):
    """Every tensor as long as the first one in `dim` cut to `count` there."""
    def change(args):
        first = tensors_of(args)[0]
        size = first.shape[dim] if first.dim() else None
        return replaced(args, lambda t: t.narrow(dim, 0, count).clone() if t.dim() and t.shape[dim] == size >= count else t)
    return change


def single(args):
    return replaced(args, lambda t: t[tuple(slice(0, 1) for _ in t.shape)].clone())


def broadcast(args):
    """One row of the second of two tensors of one shape."""
    pair = [t for t in tensors_of(args) if t.dtype == f64][:2]
    if len(pair) < 2 or pair[0].shape != pair[1].shape or not pair[0].dim():
        return args
    return replaced(args, lambda t: t[:1].clone() if t is pair[1] else t)


def replaced(a, change):
    if isinstance(a, torch.Tensor):
        return change(a)
    return type(a)(replaced(x, change) for x in a) if isinstance(a, (list, tuple)) else a


# Which argument of an operation is a dimension, or a list of them.
DIMENSIONS = {
    **{op: [1] for op in """sum mean var std amax amin logsumexp prod max_dim min_dim cumsum cumprod cummax cummin squeeze select
    slice narrow cat stack unbind flip unfold index_select index_add gather scatter scatter_add sort softmax log_softmax resample
    scatter_ scatter_value_ permute""".split()},
    **{op: [2] for op in "norm split chunk roll topk kthvalue".split()},
    "transpose": [1, 2], "flatten": [1, 2], "diagonal": [2, 3],
}


def from_the_end(op):
    def change(args):
        sized = tensors_of(args)[0].dim() + (1 if op == "stack" else 0)
        turn = lambda d: [x - sized if x >= 0 else x for x in d] if isinstance(d, list) else d - sized if d is not None and d >= 0 else d
        return [turn(a) if i in DIMENSIONS.get(op, []) else a for i, a in enumerate(args)]
    return change


# Where Flint differs from PyTorch, or where PyTorch's answer follows from the way a case is written here.
APART = {
    **{(op, "broadcast"): "a loss of different shapes is refused: it is a mistake far more often than a wish"
       for op in ("mse_loss", "l1_loss", "smooth_l1_loss", "kl_div")},
    **{("batch_norm", way): "no statistics come from an empty batch: refused, instead of NaN in the running ones"
       for way in ("first 0", "last 0")},
    ("cross_entropy", "last 0"): "no classes",
    ("group_norm", "first 0"): "the gradient of the weight is 0, the sum of nothing; PyTorch's kernel gives NaN",
    ("group_norm", "last 0"): "the same",
    ("index", "first 0"): "positions outside of an empty dimension are refused, although no element is read",
    ("linalg_eigh", "first 1"): "the case makes a matrix symmetric, by which one row becomes a square",
    ("linalg_eigh", "last 1"): "the same",
}
shapes_of = {}


def other_shapes(op, f, args):
    """An operation's first case with fewer elements, broadcast, and with dimensions from the end, where PyTorch takes it."""
    changes = {"first 0": shrunk(0, 0), "first 1": shrunk(0, 1), "last 0": shrunk(-1, 0), "last 1": shrunk(-1, 1),
               "one": single, "broadcast": broadcast, "from the end": from_the_end(op)}
    if not 1 < sum(t.numel() for t in tensors_of(args)) < 300:
        return
    for name, change in changes.items():
        if (op, name) in shapes_of or (op, name) in APART:
            continue
        written = io.StringIO()
        try:
            changed = change(args)
            if all(a is b or not isinstance(a, torch.Tensor) and a == b for a, b in zip(flat(changed), flat(args))):
                continue
            with contextlib.redirect_stdout(written):
                once(op, f, changed, f64, True)
        except (RuntimeError, IndexError, ValueError, TypeError):
            continue
        shapes_of[op, name] = True
        sys.stdout.write(written.getvalue())


def flat(a):
    return [y for x in a for y in flat(x)] if isinstance(a, (list, tuple)) else [a]


def in_place(op, f, *args):
    """An operation that changes its arguments and gives nothing: the results are the tensors among them, after it."""
    def f_of_all(*given):
        value = f(*given)
        return ([torch.tensor(value, dtype=tensors_of(given)[0].dtype)] if value is not None else []) + tensors_of(given)

    def on_copies(*given):
        return f_of_all(*clone_all(given))

    for dtype in FLOATS + HALVES:
        once(op, on_copies, list(args), dtype, False)


def clone_all(a):
    if isinstance(a, torch.Tensor):
        return a.clone()
    return type(a)(clone_all(x) for x in a) if isinstance(a, (list, tuple)) else a


def r(*shape):
    return torch.randn(shape, dtype=f64)


def positive(*shape):
    return torch.rand(shape, dtype=f64) * 2 + 0.2


def ints(*values):
    return torch.tensor(values)


SHAPES = [(), (1,), (0,), (5,), (2, 3), (2, 3, 4)]
special = torch.tensor([math.inf, -math.inf, math.nan, 0.0, -0.0, 1e-300, 700.0, -700.0], dtype=f64)

# Creation
for dtype in ALL:
    once("full", lambda s, v, t: torch.full(s, v).to(t), [[2, 3], 1, dtype], f64, False)
    once("zeros", lambda s, t: torch.zeros(s, dtype=t), [[2, 0], dtype], f64, False)
    once("ones", lambda s, t: torch.ones(s, dtype=t), [[3], dtype], f64, False)
    once("eye", lambda n, m, t: torch.eye(n, m, dtype=t), [3, 4, dtype], f64, False)
once("full", lambda s, v, t: torch.full(s, v, dtype=t), [[], 7.5, f32], f64, False)
once("arange", lambda a, b, s, t: torch.arange(a, b, s, dtype=t), [0, 10, 2, i64], f64, False)
once("arange", lambda a, b, s, t: torch.arange(a, b, s, dtype=t), [1.5, -2.5, -0.75, f64], f64, False)
once("arange", lambda a, b, s, t: torch.arange(a, b, s, dtype=t), [0, 1, 0.1, f32], f64, False)
once("linspace", lambda a, b, n, t: torch.linspace(a, b, n, dtype=t), [0.0, 10.0, 4, f32], f64, False)
once("linspace", lambda a, b, n, t: torch.linspace(a, b, n, dtype=t), [-1.0, 2.0, 7, f64], f64, False)
once("linspace", lambda a, b, n, t: torch.linspace(a, b, n, dtype=t), [3.0, 4.0, 1, f64], f64, False)
once("logspace", lambda a, b, n, base, t: torch.logspace(a, b, n, base, dtype=t), [0.0, -1.0, 10, 10.0, f64], f64, False)
once("logspace", lambda a, b, n, base, t: torch.logspace(a, b, n, base, dtype=t), [0.0, 4.0, 5, 2.0, f64], f64, False)

# Element by element
for name in ["neg", "abs", "sign", "square", "exp", "expm1", "sin", "cos", "tan", "tanh", "sigmoid", "erf", "floor", "ceil", "trunc", "frac", "round"]:
    f = getattr(torch, name)
    for shape in SHAPES:
        case(name, f, r(*shape))
    case(name, f, special, grads=False)
    for dtype in [i64, i32] + ([u8] if name != "sign" else []):
        if name in ("neg", "frac") and dtype == u8 or name == "frac":
            continue
        case(name, f, r(2, 3), dtypes=[dtype])
for name in ["log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal"]:
    f = getattr(torch, name)
    for shape in SHAPES:
        case(name, f, positive(*shape))
    case(name, f, special, grads=False)
    case(name, f, positive(4), dtypes=[i64, i32, u8])
for name in ["sinh", "cosh", "asinh", "atan", "erfc"]:
    for shape in SHAPES:
        case(name, getattr(torch, name), r(*shape))
    case(name, getattr(torch, name), special, grads=False)
for name in ["asin", "acos", "atanh"]:
    case(name, getattr(torch, name), torch.rand(2, 3, dtype=f64) * 1.6 - 0.8)
    case(name, getattr(torch, name), special, grads=False)
case("acosh", torch.acosh, positive(2, 3) + 1)
case("bitwise_not", torch.bitwise_not, r(2, 3), dtypes=[i64, i32, u8, boolean])
pairs = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 2)), ((0, 3), (3,)), ((2, 1, 4), (3, 1))]
for a, b in pairs:
    for alpha in (1, 2):
        case("add", lambda x, y, k: torch.add(x, y, alpha=k), r(*a), r(*b), alpha, dtypes=NUMBERS)
        case("sub", lambda x, y, k: torch.sub(x, y, alpha=k), r(*a), r(*b), alpha, dtypes=NUMBERS)
    case("mul", torch.mul, r(*a), r(*b), dtypes=ALL)
    case("div", torch.div, r(*a), positive(*b), dtypes=FLOATS)
    case("pow", torch.pow, positive(*a), r(*b), dtypes=FLOATS)
    case("remainder", torch.remainder, r(*a), positive(*b), dtypes=FLOATS)
    case("floor_divide", torch.floor_divide, r(*a) * 4, positive(*b), grads=False)
    case("fmod", torch.fmod, r(*a) * 4, positive(*b))
    case("atan2", torch.atan2, r(*a), r(*b))
    case("logaddexp", torch.logaddexp, r(*a), r(*b))
    for name in ["bitwise_and", "bitwise_or", "bitwise_xor"]:
        case(name, getattr(torch, name), r(*a), r(*b), dtypes=[i64, i32, u8, boolean])
    case("maximum", torch.maximum, r(*a), r(*b), dtypes=ALL)
    case("minimum", torch.minimum, r(*a), r(*b), dtypes=ALL)
    for name in ["eq", "ne", "lt", "le", "gt", "ge"]:
        case(name, getattr(torch, name), r(*a), r(*b), dtypes=ALL, grads=False)
    case("logical_and", torch.logical_and, r(*a), r(*b), dtypes=ALL, grads=False)
    case("logical_or", torch.logical_or, r(*a), r(*b), dtypes=ALL, grads=False)
whole, nonzero = ints(7, -7, 8, 0, 3), ints(2, 3, -3, 5, -1)
case("remainder", torch.remainder, whole, nonzero, dtypes=[f64])
case("remainder", torch.remainder, whole.to(i32), nonzero.to(i32), dtypes=[f64])
case("div", torch.div, whole, nonzero, dtypes=[f64])
case("floor_divide", torch.floor_divide, whole, nonzero, dtypes=[f64])
case("fmod", torch.fmod, whole, nonzero, dtypes=[f64])
case("floor_divide", torch.floor_divide, torch.tensor([1.0, -1.0, 6.0, 0.0, -0.0, 5.0], dtype=f64), torch.tensor([0.1, 0.1, -0.2, 3.0, 3.0, 0.0], dtype=f64), grads=False)
case("logaddexp", torch.logaddexp, special, special.flip(0), grads=False)
case("bitwise_left_shift", torch.bitwise_left_shift, ints(1, -3, 5), ints(0, 2, 40), dtypes=[f64])
case("bitwise_right_shift", torch.bitwise_right_shift, ints(1, -30, 500), ints(0, 2, 40), dtypes=[f64])
case("pow", torch.pow, nonzero, ints(0, 1, 2, 3, 4), dtypes=[f64])
case("maximum", torch.maximum, special, special.flip(0), grads=False)
# Types meet
for a in ALL:
    for b in ALL:
        x, y = convert(r(3), a, False), convert(r(3), b, False)
        case("mul", torch.mul, x, y, dtypes=[f32], grads=False)
        case("mul", torch.mul, x, y[0].clone(), dtypes=[f32], grads=False)
        case("add", lambda x, y, k: torch.add(x, y), x, y, 1, dtypes=[f32], grads=False)
        case("eq", torch.eq, x, y, dtypes=[f32], grads=False)
    for v in (2, 2.5):
        case("mul_scalar", torch.mul, convert(r(3), a, False), v, dtypes=[f32], grads=False)
        case("add_scalar", torch.add, convert(r(3), a, False), v, dtypes=[f32], grads=False)
        case("div_scalar", torch.div, convert(r(3), a, False), v, dtypes=[f32], grads=False)
for v in (2, -1.5):
    case("add_scalar", torch.add, r(2, 3), v)
    case("sub_scalar", torch.sub, r(2, 3), v)
    case("rsub_scalar", lambda x, v: v - x, r(2, 3), v)
    case("mul_scalar", torch.mul, r(2, 3), v)
    case("div_scalar", torch.div, r(2, 3), v)
    case("rdiv_scalar", lambda x, v: v / x, positive(2, 3), v)
    case("remainder_scalar", torch.remainder, r(2, 3), v)
    for name in ["eq", "ne", "lt", "le", "gt", "ge"]:
        case(name + "_scalar", getattr(torch, name), r(2, 3), v, dtypes=NUMBERS, grads=False)
for v in (0, 1, 2, 3, 0.5, -1, -0.5):
    case("pow_scalar", torch.pow, positive(2, 3), v)
case("pow_scalar", torch.pow, r(2, 3), 3, dtypes=[i64, i32, u8])
case("rpow_scalar", lambda x, v: torch.pow(v, x), r(2, 3), 2.5)
case("logical_not", torch.logical_not, r(4), dtypes=ALL, grads=False)
for low, high in ((-0.5, 0.7), (None, 0.3), (0.1, None)):
    case("clamp", torch.clamp, r(2, 5), low, high)
    case("clamp_", torch.Tensor.clamp_, r(2, 5), low, high)
case("clamp", torch.clamp, r(2, 5), -1, 2, dtypes=[i64, i32])
mask = torch.tensor([[True, False, True], [False, False, True]])
case("where", torch.where, mask, r(2, 3), r(2, 3), dtypes=ALL)
case("where", torch.where, mask, r(3), r(2, 1))
case("masked_fill", torch.masked_fill, r(2, 3), mask, 7.5)
case("masked_fill", torch.masked_fill, r(2, 2, 3), mask, -math.inf, grads=False)
case("masked_fill_", torch.Tensor.masked_fill_, r(2, 3), mask, 7.5)
for a in ALL:
    for b in ALL:
        case("cast", lambda x, t: x.to(t), convert(r(5) * 3, a, False).abs() if b == u8 and a != boolean else convert(r(5) * 3, a, False), b, dtypes=[f32], grads=False)
case("cast", lambda x, t: x.to(t), r(3), f64, dtypes=[f64])
case("add_", lambda x, y, k: x.add_(y, alpha=k), r(2, 3), r(3), 2, dtypes=NUMBERS)
case("sub_", lambda x, y, k: x.sub_(y, alpha=k), r(2, 3), r(2, 1), 3, dtypes=NUMBERS)
case("mul_", torch.Tensor.mul_, r(2, 3), r(3), dtypes=NUMBERS)
case("div_", torch.Tensor.div_, r(2, 3), positive(3))
case("add_scalar_", torch.Tensor.add_, r(2, 3), 2)
case("sub_scalar_", torch.Tensor.sub_, r(2, 3), 2)
case("mul_scalar_", torch.Tensor.mul_, r(2, 3), -3, dtypes=[f64, f32, i64, i32])
case("div_scalar_", torch.Tensor.div_, r(2, 3), 4)
case("fill_", torch.Tensor.fill_, r(2, 3), 3, dtypes=NUMBERS)
case("copy_", torch.Tensor.copy_, r(2, 3), r(3))
case("copy_", torch.Tensor.copy_, r(2, 3), ints(1, 2, 3))

# Reductions
cube = r(2, 3, 4)


def over(dims):
    return dims if dims else None


for dims in ([], [0], [-1], [0, 2], [1], [2, 0, 1]):
    for keep in (False, True):
        case("sum", lambda x, d, k, t: torch.sum(x, dim=over(d), keepdim=k), cube, dims, keep, None, dtypes=ALL)
        case("mean", lambda x, d, k: torch.mean(x, dim=over(d), keepdim=k), cube, dims, keep)
        for correction in (0, 1):
            case("var", lambda x, d, c, k: torch.var(x, dim=over(d), correction=c, keepdim=k), cube, dims, correction, keep)
            case("std", lambda x, d, c, k: torch.std(x, dim=over(d), correction=c, keepdim=k), cube, dims, correction, keep)
        for p in (1.0, 2.0, 3.0, math.inf, -math.inf, 0.0):
            case("norm", lambda x, p, d, k: torch.linalg.vector_norm(x, p, dim=over(d), keepdim=k), cube, p, dims, keep, grads=p not in (0.0,))
        case("amax", lambda x, d, k: torch.amax(x, dim=over(d) or (), keepdim=k), cube, dims, keep, dtypes=ALL)
        case("amin", lambda x, d, k: torch.amin(x, dim=over(d) or (), keepdim=k), cube, dims, keep, dtypes=ALL)
        case("logsumexp", lambda x, d, k: torch.logsumexp(x, dim=over(d) or (0, 1, 2), keepdim=k), cube, dims, keep)
case("sum", lambda x, d, k, t: torch.sum(x, dtype=t), cube, [], False, f64, dtypes=[f32, i32])
case("sum", lambda x, d, k, t: torch.sum(x, dim=d), r(0, 3), [0], False, None)
case("mean", lambda x, d, k: torch.mean(x, dim=d), r(3, 0), [1], False, grads=False)
case("logsumexp", lambda x, d, k: torch.logsumexp(x, dim=d), torch.tensor([[-math.inf, -math.inf], [math.inf, 0], [1000.0, 1000.0]], dtype=f64), [1], False, grads=False)
for dim in (None, 0, 1, -1):
    keeps = (False,) if dim is None else (False, True)
    for keep in keeps:
        whole_or = lambda f: lambda x, d, k: f(x) if d is None else f(x, d, k)
        case("prod", whole_or(lambda x, *a: torch.prod(x, *a)), cube, dim, keep, dtypes=NUMBERS)
        case("argmax", whole_or(lambda x, *a: torch.argmax(x, *a)), cube, dim, keep, grads=False)
        case("argmin", whole_or(lambda x, *a: torch.argmin(x, *a)), cube, dim, keep, grads=False)
        case("any", whole_or(lambda x, *a: torch.any(x.bool(), *a)), cube > 1.2, dim, keep, dtypes=[f64])
        case("all", whole_or(lambda x, *a: torch.all(x.bool(), *a)), cube > -1.2, dim, keep, dtypes=[f64])
        if dim is not None:
            case("max_dim", lambda x, d, k: tuple(torch.max(x, d, k)), cube, dim, keep)
            case("min_dim", lambda x, d, k: tuple(torch.min(x, d, k)), cube, dim, keep)
    if dim is not None:
        case("cumsum", torch.cumsum, cube, dim, dtypes=NUMBERS)
        case("cumprod", torch.cumprod, cube, dim, dtypes=[f64, f32, i64])
        case("cummax", lambda x, d: tuple(torch.cummax(x, d)), cube, dim, dtypes=NUMBERS)
        case("cummin", lambda x, d: tuple(torch.cummin(x, d)), cube, dim, dtypes=NUMBERS)
case("cumsum", torch.cumsum, r(), 0)
case("cumprod", torch.cumprod, torch.tensor([[2.0, 0.0, 3.0, 0.0], [0.5, 4.0, 0.0, -1.5]], dtype=f64), 1)
case("cummax", lambda x, d: tuple(torch.cummax(x, d)), torch.tensor([2.0, 2.0, math.nan, 3.0], dtype=f64), 0, grads=False)
case("prod", lambda x, d, k: torch.prod(x, d, k), torch.tensor([[2.0, 0.0, 3.0], [0.0, 4.0, 0.0]], dtype=f64), 1, False)
case("max_dim", lambda x, d, k: tuple(torch.max(x, d, k)), torch.tensor([[1.0, math.nan, 3.0]], dtype=f64), 1, False, grads=False)

# Shapes
for name in ["alias", "detach", "clone", "contiguous"]:
    case(name, (lambda x: x.view_as(x)) if name == "alias" else getattr(torch.Tensor, name), cube, dtypes=ALL, grads=name != "detach")
case("view", torch.Tensor.view, cube, [4, -1], dtypes=ALL)
case("reshape", torch.reshape, cube, [6, 4], dtypes=ALL)
case("reshape", torch.reshape, r(1), [])
case("flatten", torch.flatten, cube, 1, -1)
case("flatten", torch.flatten, r(), 0, -1)
case("squeeze", lambda x, d: torch.squeeze(x), r(1, 3, 1), None)
case("squeeze", torch.squeeze, r(1, 3, 1), -1)
case("squeeze", torch.squeeze, r(1, 3, 1), 1)
for dim in (0, 1, -1):
    case("unsqueeze", torch.unsqueeze, r(2, 3), dim)
case("expand", torch.Tensor.expand, r(3, 1), [4, 3, 2])
case("expand", torch.Tensor.expand, r(3, 1), [-1, 5])
case("repeat", torch.Tensor.repeat, r(3, 2), [2, 1, 3], dtypes=ALL)
case("transpose", torch.transpose, cube, 0, -1)
case("t", torch.t, r(2, 3))
case("t", torch.t, r(4))
case("permute", torch.permute, cube, [2, 0, 1], dtypes=ALL)
case("select", torch.select, cube, 1, -1, dtypes=ALL)
case("slice", lambda x, d, a, b, s: x[:, :, a:b:s], cube, 2, 1, None, 2)
case("slice", lambda x, d, a, b, s: x[a:b:s], cube, 0, None, -1, 1)
case("slice", lambda x, d, a, b, s: x[:, a:b:s], cube, 1, -2, 99, 1)
case("narrow", torch.narrow, cube, 2, 1, 2)
case("cat", torch.cat, [r(2, 1, 4), cube, r(2, 0, 4)], 1, dtypes=ALL)
case("cat", torch.cat, [r(2), ints(1, 2)], 0)
case("stack", torch.stack, [r(2, 3), r(2, 3)], -1, dtypes=ALL)
case("split", lambda x, n, d: torch.split(x, n, d), cube, [1, 2], 1)
case("chunk", torch.chunk, r(5, 2), 3, 0)
case("unbind", torch.unbind, cube, 1)
case("flip", torch.flip, cube, [0, 2], dtypes=ALL)

for offset in (-1, 0, 1, 3, -5):
    case("diagonal", torch.diagonal, cube, offset, 1, 2)
    case("diagonal", torch.diagonal, cube, offset, -1, 0)
    case("tril", torch.tril, cube, offset, dtypes=ALL)
    case("triu", torch.triu, cube, offset, dtypes=ALL)
    case("diag", torch.diag, r(3), offset)
    case("diag", torch.diag, r(3, 4), offset)
case("unfold", torch.Tensor.unfold, r(7), 0, 3, 2)
case("unfold", torch.Tensor.unfold, cube, 1, 2, 1)
case("unfold", torch.Tensor.unfold, cube, -1, 4, 1, dtypes=ALL)
padded = lambda x, p, v: F.pad(x, p, value=v)
case("pad", padded, cube, [1, 2], 0.5)
case("pad", padded, cube, [1, 0, 0, 2, -1, 1], 0.0)
case("pad", padded, r(2, 4), [-1, -2], 1.0)
case("roll", torch.roll, cube, [1, -2], [0, 2], dtypes=ALL)
case("roll", lambda x, s, d: torch.roll(x, s), cube, [5], [])

# Indices
case("index_select", torch.index_select, cube, 1, ints(2, 0, 2), dtypes=ALL)
case("index_add", torch.index_add, cube, 1, ints(2, 0, 2), r(2, 3, 4), dtypes=NUMBERS)
grid = torch.randint(0, 4, (2, 3, 5))
case("gather", torch.gather, cube, 2, grid, dtypes=ALL)
rows = torch.tensor([[1, 0, 1], [0, 1, 0]])
case("scatter", torch.scatter, r(2, 3), 0, rows, r(2, 3), dtypes=NUMBERS)
case("scatter_", torch.Tensor.scatter_, r(2, 3), 0, rows, r(2, 3))
case("scatter_value_", torch.Tensor.scatter_, r(2, 3), 1, rows, 5.0)
case("scatter_add", torch.scatter_add, r(2, 3), 0, torch.zeros(2, 3, dtype=i64), r(2, 3), dtypes=NUMBERS)


def index_of(which):
    return tuple(slice(None) if i is None else i for i in which)


for which in ([None, ints(2, 0), ints(3, 3)], [ints(1, 0)], [ints(1, 0), None, ints(0, -1)], [mask], [None, ints(-1, 1, 0)]):
    x = r(2, 3) if which[0] is mask else cube
    case("index", lambda x, i: x[index_of(i)], x, which, dtypes=ALL)
    values = r(*x[index_of(which)].shape)

    def put(x, i, v):
        x[index_of(i)] = v
        return x

    case("index_put_", put, x, which, values)
case("masked_select", torch.masked_select, r(2, 3), mask, dtypes=ALL)
case("masked_select", torch.masked_select, r(3), mask)
case("nonzero", torch.nonzero, r(3, 4).clamp(min=0), dtypes=NUMBERS, grads=False)
case("one_hot", F.one_hot, torch.tensor([[0, 2], [1, 0]]), 4, dtypes=[f64])
case("one_hot", F.one_hot, ints(0, 3, 1), -1, dtypes=[f64])
for dim in (0, -1):
    for down in (False, True):
        case("sort", lambda x, d, down: tuple(torch.sort(x, d, down)), cube, dim, down)
        case("argsort", lambda x, d, down: torch.argsort(x, d, down), cube, dim, down, grads=False)
        case("topk", lambda x, k, d, large: tuple(torch.topk(x, k, d, large)), cube, 2, dim, down)
    case("kthvalue", lambda x, k, d, keep: tuple(torch.kthvalue(x, k, d, keep)), cube, 2, dim, dim == 0, others=HALVES)  # equal numbers: any index
case("median", torch.median, r(7))
case("median", torch.median, r(2, 4))
for x in (ints(5, 1, 5, 2, 1, 1), torch.tensor([[True, False], [True, True]]), torch.tensor([0.5, -1.0, 0.5], dtype=f32)):
    case("unique", lambda x: torch.unique(x, return_inverse=True, return_counts=True), x, dtypes=[f64], grads=False)
case("bincount", lambda x, n: torch.bincount(x, minlength=n), ints(5, 1, 5, 2), 8, dtypes=[f64])

# Products
case("mm", torch.mm, r(3, 4), r(4, 2), dtypes=NUMBERS)
case("mm", torch.mm, r(3, 0), r(0, 2))
case("mm", torch.mm, r(33, 50), r(50, 20), dtypes=[f32])
case("bmm", torch.bmm, r(2, 3, 4), r(2, 4, 2), dtypes=NUMBERS)
case("mv", torch.mv, r(3, 4), r(4), dtypes=NUMBERS)
case("dot", torch.dot, r(5), r(5), dtypes=NUMBERS)
case("outer", torch.outer, r(3), r(4), dtypes=NUMBERS)
for a, b in [((4,), (4,)), ((3, 4), (4,)), ((4,), (4, 2)), ((2, 3, 4), (4,)), ((4,), (2, 4, 3)), ((2, 1, 3, 4), (3, 4, 2)), ((2, 3, 4), (4, 5))]:
    case("matmul", torch.matmul, r(*a), r(*b))
case("addmm", lambda i, a, b, beta, alpha: torch.addmm(i, a, b, beta=beta, alpha=alpha), r(2), r(3, 4), r(4, 2), 0.5, 2)
case("linear", F.linear, r(3, 4), r(2, 4), r(2))
case("linear", F.linear, r(2, 3, 4), r(2, 4), None)
case("linear", F.linear, r(4), r(2, 4), r(2))

# Networks
for name in ["relu", "silu"]:
    for shape in SHAPES:
        case(name, getattr(F, name), r(*shape))
case("relu_", torch.relu_, r(2, 3))
case("leaky_relu", F.leaky_relu, r(9), 0.2)
case("leaky_relu_", F.leaky_relu_, r(9), 0.2)
case("elu", F.elu, r(9), 1.5)
for how in ("none", "tanh"):
    case("gelu", lambda x, how: F.gelu(x, approximate=how), r(9), how)
case("softplus", F.softplus, r(9) * 3, 2.0, 3.0)
case("hardtanh", F.hardtanh, r(9), -0.5, 0.7)
for dim in (0, 1, -1):
    case("softmax", lambda x, d: F.softmax(x, d), cube, dim)
    case("log_softmax", lambda x, d: F.log_softmax(x, d), cube, dim)
case("softmax", lambda x, d: F.softmax(x, d), r(), 0)
conv = lambda x, w, b, s, p, d, g: F.conv2d(x, w, b, s, p, d, g)
case("conv2d", conv, r(2, 3, 7, 8), r(4, 3, 3, 2), r(4), [2, 1], [1, 2], [1, 2], 1)
case("conv2d", conv, r(1, 4, 5, 5), r(6, 2, 3, 3), None, [1], [0], [1], 2)
case("conv2d", conv, r(2, 3, 12, 12), r(6, 3, 5, 5), r(6), [1], [0], [1], 1)
case("conv2d", conv, r(3, 1, 9, 10), r(5, 1, 3, 3), r(5), [1], [1], [1], 1)
case("conv2d", conv, r(3, 5, 5), r(2, 3, 1, 1), r(2), [1], [0], [1], 1)
up = lambda x, w, b, s, p, o, g, d: F.conv_transpose2d(x, w, b, s, p, o, g, d)
case("conv_transpose2d", up, r(2, 3, 4, 4), r(3, 2, 3, 3), r(2), [2], [1], [1], 1, [1])
case("conv_transpose2d", up, r(1, 4, 3, 4), r(4, 1, 2, 3), None, [1, 2], [0], [0], 2, [2, 1])
case("max_pool2d", lambda x, k, s, p, d, c: F.max_pool2d(x, k, s, p, d, c), r(2, 3, 6, 7), [3], [2], [1], [1], False)
case("max_pool2d", lambda x, k, s, p, d, c: F.max_pool2d(x, k, s, p, d, c), r(1, 2, 6, 7), [2], [2], [1], [2], True)
case("max_pool2d_with_indices", lambda x, k, s, p, d, c: F.max_pool2d(x, k, s, p, d, c, True), r(2, 3, 6, 6), [2], [2], [0], [1], False)
case("avg_pool2d", lambda x, k, s, p, c, i: F.avg_pool2d(x, k, s, p, c, i), r(2, 3, 6, 7), [3], [2], [1], False, True)
case("avg_pool2d", lambda x, k, s, p, c, i: F.avg_pool2d(x, k, s, p, c, i), r(1, 2, 6, 7), [3], [2], [1], True, False)
case("adaptive_avg_pool2d", F.adaptive_avg_pool2d, r(2, 2, 7, 5), [3, 2])
labels = ints(2, 0, 3, 1)
for how in ("mean", "sum", "none"):
    case("mse_loss", lambda a, b, how: F.mse_loss(a, b, reduction=how), r(2, 3), r(2, 3), how)
    case("l1_loss", lambda a, b, how: F.l1_loss(a, b, reduction=how), r(2, 3), r(2, 3), how)
    case("smooth_l1_loss", lambda a, b, how, beta: F.smooth_l1_loss(a, b, reduction=how, beta=beta), r(2, 3), r(2, 3), how, 0.7)
    nll = lambda x, y, w, i, how: F.nll_loss(x, y, w, ignore_index=i, reduction=how)
    case("nll_loss", nll, r(4, 5), labels, None, -100, how)
    ce = lambda x, y, w, i, how, s: F.cross_entropy(x, y, w, ignore_index=i, reduction=how, label_smoothing=s)
    case("cross_entropy", ce, r(4, 5), labels, None, -100, how, 0.0)
    case("cross_entropy", ce, r(4, 5), labels, None, 3, how, 0.0)
    case("cross_entropy", ce, r(3, 4), F.softmax(r(3, 4), 1), None, -100, how, 0.1)
    case("cross_entropy", ce, r(2, 3, 2, 1), labels.reshape(2, 2, 1).clamp(max=2), None, -100, how, 0.0)
    bce = lambda x, t, w, how: F.binary_cross_entropy(x, t, w, reduction=how)
    case("binary_cross_entropy", bce, torch.rand(2, 3, dtype=f64) * 0.8 + 0.1, torch.rand(2, 3, dtype=f64), None, how)
    logits = lambda x, t, w, p, how: F.binary_cross_entropy_with_logits(x, t, w, pos_weight=p, reduction=how)
    case("binary_cross_entropy_with_logits", logits, r(2, 3) * 4, torch.rand(2, 3, dtype=f64), None, None, how)
weights = torch.arange(1, 6, dtype=f32)
once("cross_entropy", lambda x, *a: F.cross_entropy(x, a[0], a[1].to(x.dtype), ignore_index=a[2], reduction=a[3], label_smoothing=a[4]),
     [r(4, 5), labels, weights, 0, "mean", 0.2], f32, True)
once("nll_loss", lambda x, *a: F.nll_loss(x, a[0], a[1], ignore_index=a[2], reduction=a[3]), [r(4, 5), labels, weights, -100, "mean"], f32, True)
kl = lambda a, b, how, log: F.kl_div(a, b, reduction=how, log_target=log)
case("kl_div", kl, F.log_softmax(r(3, 4), 1), F.softmax(r(3, 4), 1), "batchmean", False)
case("kl_div", kl, F.log_softmax(r(3, 4), 1), F.log_softmax(r(3, 4), 1), "sum", True)
bn = lambda x, w, b, m, v, t, mom, eps: F.batch_norm(x, m, v, w, b, t, mom, eps)
case("batch_norm", bn, r(3, 2, 4, 3), r(2), r(2), None, None, True, 0.1, 1e-5)
case("batch_norm", bn, r(5, 2), None, None, None, None, True, 0.1, 1e-3)
case("layer_norm", F.layer_norm, r(2, 3, 4), [3, 4], r(3, 4), r(3, 4), 1e-5)
case("layer_norm", F.layer_norm, r(2, 3), [3], None, None, 1e-5)
case("group_norm", F.group_norm, r(2, 4, 3, 2), 2, r(4), r(4), 1e-5)
case("dropout", lambda x, p, t: F.dropout(x, p, t), r(2, 3), 0.5, False)
case("dropout", lambda x, p, t: F.dropout(x, p, t), r(2, 3), 0.0, True)
case("dropout2d", lambda x, p, t: F.dropout2d(x, p, t), r(2, 3, 2, 2), 0.5, False)
table = torch.tensor([[0, 2], [2, 1]])
case("embedding", lambda w, i, p: F.embedding(i, w, padding_idx=p), r(4, 3), table, None)
# The row of the padding has no gradient on purpose, so that differences (of float64 cases) say otherwise.
case("embedding", lambda w, i, p: F.embedding(i, w, padding_idx=p), r(4, 3), table, 1, dtypes=[f32], others=HALVES)  # differences would see the row of the padding


# Optimizers: one step, the arguments changed in place. The references are PyTorch's own functional forms.
def stepped(make, state, order):
    """PyTorch's optimizer over given parameters, gradients and state; the state is written back in place."""

    def run(params, grads, *rest):
        optimizer = make(params, rest)
        for i, (p, g) in enumerate(zip(params, grads)):
            p.grad = g.clone()
            for name, value in state(rest, i).items():
                optimizer.state[p][name] = value
        optimizer.step()
        for i, p in enumerate(params):
            for name, at in order.items():
                rest[at][i].copy_(optimizer.state[p][name]) if rest[at] else None
            p.grad = None

    return run


def two():
    return [r(3), r(2, 2)]


def two_positive():
    return [positive(3), positive(2, 2)]


O = torch.optim
sgd = stepped(lambda p, a: O.SGD(p, lr=a[1], momentum=a[2], dampening=a[3], weight_decay=a[4], nesterov=a[5], maximize=a[6]),
              lambda a, i: {} if a[7] or not a[2] else {"momentum_buffer": a[0][i].clone()}, {"momentum_buffer": 0})
in_place("sgd_step", sgd, two(), two(), two(), 0.1, 0.9, 0.1, 0.05, False, False, False)
in_place("sgd_step", sgd, two(), two(), two(), 0.1, 0.9, 0.0, 0.0, True, True, True)
plain = stepped(lambda p, a: O.SGD(p, lr=a[1], weight_decay=a[4]), lambda a, i: {}, {})
in_place("sgd_step", plain, two(), two(), (), 0.1, 0.0, 0.0, 0.05, False, False, True)
adam_state = lambda a, i: {"step": torch.tensor(float(a[3] - 1)), "exp_avg": a[0][i].clone(), "exp_avg_sq": a[1][i].clone(),
                           **({"max_exp_avg_sq": a[2][i].clone()} if a[2] else {})}
adam_order = {"exp_avg": 0, "exp_avg_sq": 1, "max_exp_avg_sq": 2}
for large in (True, False):
    for decoupled in (True, False):
        kind = O.AdamW if decoupled else O.Adam
        adam = stepped(lambda p, a: kind(p, lr=a[4], betas=(a[5], a[6]), eps=a[7], weight_decay=a[8], amsgrad=bool(a[2]), maximize=a[10]),
                       adam_state, {k: v for k, v in adam_order.items() if large or v < 2})
        in_place("adam_step", adam, two(), two(), two(), two_positive(), two_positive() if large else (), 3, 0.1, 0.9, 0.99, 1e-8, 0.05, decoupled, large)
rms = stepped(lambda p, a: O.RMSprop(p, lr=a[3], alpha=a[4], eps=a[5], weight_decay=a[6], momentum=a[7], centered=bool(a[2]), maximize=a[8]),
              lambda a, i: {"step": torch.tensor(3.0), "square_avg": a[0][i].clone(), **({"momentum_buffer": a[1][i].clone()} if a[1] else {}), **({"grad_avg": a[2][i].clone()} if a[2] else {})},
              {"square_avg": 0, "momentum_buffer": 1, "grad_avg": 2})
in_place("rmsprop_step", rms, two(), two(), two_positive(), two(), [r(3) * 0.1, r(2, 2) * 0.1], 0.01, 0.9, 1e-8, 0.05, 0.5, False)
rms_plain = stepped(lambda p, a: O.RMSprop(p, lr=a[3], alpha=a[4], eps=a[5], weight_decay=a[6]),
                    lambda a, i: {"step": torch.tensor(3.0), "square_avg": a[0][i].clone()}, {"square_avg": 0})
in_place("rmsprop_step", rms_plain, two(), two(), two_positive(), (), (), 0.01, 0.9, 1e-8, 0.0, 0.0, False)
adagrad = stepped(lambda p, a: O.Adagrad(p, lr=a[2], lr_decay=a[3], weight_decay=a[4], eps=a[5], maximize=a[6]),
                  lambda a, i: {"step": torch.tensor(float(a[1] - 1)), "sum": a[0][i].clone()}, {"sum": 0})
in_place("adagrad_step", adagrad, two(), two(), two_positive(), 4, 0.1, 0.01, 0.05, 1e-10, False)
adadelta = stepped(lambda p, a: O.Adadelta(p, lr=a[2], rho=a[3], eps=a[4], weight_decay=a[5], maximize=a[6]),
                   lambda a, i: {"step": torch.tensor(3.0), "square_avg": a[0][i].clone(), "acc_delta": a[1][i].clone()}, {"square_avg": 0, "acc_delta": 1})
in_place("adadelta_step", adadelta, two(), two(), two_positive(), two_positive(), 0.5, 0.9, 1e-6, 0.05, False)


def clip_norm(grads, limit, kind):
    for g in grads:
        g.grad = g.clone()
    total = torch.nn.utils.clip_grad_norm_(grads, limit, kind)
    for g in grads:
        g.copy_(g.grad)
        g.grad = None
    return float(total)


for kind in (2.0, 1.0, math.inf):
    in_place("clip_grad_norm", clip_norm, two(), 1.0, kind)
in_place("clip_grad_value", lambda grads, limit: [g.clamp_(-limit, limit) for g in grads] and None, two(), 0.5)

# Sequences, images and volumes
one = lambda x, w, b, s, p, d, g: F.conv1d(x, w, b, s, p, d, g)
case("conv1d", one, r(2, 3, 9), r(4, 3, 3), r(4), [2], [1], [2], 1)
case("conv1d", one, r(4, 8), r(6, 2, 3), None, [1], [0], [1], 2)
case("conv_transpose1d", lambda x, w, b, s, p, o, g, d: F.conv_transpose1d(x, w, b, s, p, o, g, d), r(2, 3, 5), r(3, 2, 3), r(2), [2], [1], [1], 1, [1])
three = lambda x, w, b, s, p, d, g: F.conv3d(x, w, b, s, p, d, g)
case("conv3d", three, r(2, 2, 4, 4, 3), r(3, 2, 2, 3, 2), r(3), [2, 1, 1], [1, 1, 0], [1, 1, 2], 1)
case("conv3d", three, r(2, 4, 3, 3), r(4, 1, 2, 2, 2), None, [1], [0], [1], 2)
up3 = lambda x, w, b, s, p, o, g, d: F.conv_transpose3d(x, w, b, s, p, o, g, d)
case("conv_transpose3d", up3, r(1, 2, 3, 2, 2), r(2, 2, 2, 3, 2), r(2), [2, 1, 2], [1, 1, 0], [1, 0, 1], 1, [1, 1, 1])
case("conv_transpose3d", up3, r(2, 2, 2, 2), r(2, 1, 2, 2, 2), None, [1], [0], [0], 2, [1])
case("max_pool1d", lambda x, k, s, p, d, c: F.max_pool1d(x, k, s, p, d, c), r(2, 3, 9), [3], [2], [1], [1], True)
case("max_pool1d", lambda x, k, s, p, d, c: F.max_pool1d(x, k, None, p, d, c), r(3, 8), [2], [], [0], [2], False)
case("avg_pool1d", lambda x, k, s, p, c, i: F.avg_pool1d(x, k, s, p, c, i), r(2, 3, 9), [3], [2], [1], True, False)
case("max_pool3d", lambda x, k, s, p, d, c: F.max_pool3d(x, k, s, p, d, c), r(2, 2, 4, 5, 4), [2], [2], [1], [1], True)
case("max_pool3d", lambda x, k, s, p, d, c: F.max_pool3d(x, k, None, p, d, c), r(2, 4, 3, 6), [2, 1, 3], [], [0], [1], False)
case("avg_pool3d", lambda x, k, s, p, c, i: F.avg_pool3d(x, k, s, p, c, i), r(2, 2, 4, 5, 4), [3, 2, 2], [2], [1, 0, 1], False, False)
case("avg_pool3d", lambda x, k, s, p, c, i: F.avg_pool3d(x, k, s, p, c, i), r(1, 4, 4, 4), [2], [2], [1], True, True)
case("adaptive_avg_pool1d", F.adaptive_avg_pool1d, r(2, 3, 7), [3])
case("adaptive_avg_pool3d", F.adaptive_avg_pool3d, r(1, 2, 5, 4, 3), [3, 2, 2])
case("adaptive_max_pool1d", F.adaptive_max_pool1d, r(2, 3, 7), [3])
case("adaptive_max_pool2d", F.adaptive_max_pool2d, r(2, 3, 7, 5), [3, 2])


def resampled(x, dim, size, mode, align, scale):
    """A dimension of [n, c, l, ...] by F.interpolate, the others kept."""
    flat = x.movedim(dim, -1).reshape(1, -1, 1, x.shape[dim])
    if mode.startswith("nearest"):
        keep = dict(scale_factor=(1.0, scale)) if scale else dict(size=(1, size))
        out = F.interpolate(flat, mode=mode, **keep)
    else:
        keep = dict(scale_factor=(1.0, scale)) if scale else dict(size=(1, size))
        out = F.interpolate(flat, mode={"linear": "bilinear", "cubic": "bicubic"}[mode], align_corners=align, **keep)
    return out.reshape(*x.movedim(dim, -1).shape[:-1], size).movedim(-1, dim).contiguous()


for mode in ("nearest", "nearest-exact", "linear", "cubic"):
    for size, scale in ((7, None), (3, None), (10, None), (8, 1.7), (5, None), (1, None)):
        for align in (False, True) if scale is None and not mode.startswith("nearest") else (False,):
            case("resample", resampled, r(2, 5, 3), 1, size, mode, align, scale)

# Recurrent networks
def recurrent(inputs, hidden, gates, layers, directions, biases):
    weights = []
    for layer in range(layers):
        for _ in range(directions):
            size = inputs if layer == 0 else hidden * directions
            weights += [r(gates * hidden, size) * 0.5, r(gates * hidden, hidden) * 0.5]
            weights += [r(gates * hidden), r(gates * hidden)] if biases else []
    return weights


full, ragged = [3, 3, 3, 3], [3, 2, 2, 1]
for sizes, layers, directions, biases in ((full, 1, 1, True), (ragged, 2, 2, True), (full, 2, 1, False)):
    rows, batch, two = sum(sizes), 3, directions == 2
    state = lambda: r(layers * directions, batch, 2)
    for how in ("tanh", "relu"):
        f = torch._VF.rnn_tanh if how == "tanh" else torch._VF.rnn_relu
        case("rnn", lambda x, n, h, w, *a: f(x, torch.tensor(n), h, w, *a[:-1]), r(rows, 3), sizes, state(), recurrent(3, 2, 1, layers, directions, biases), biases, layers, 0.0, False, two, how)
    case("gru", lambda x, n, h, w, *a: torch._VF.gru(x, torch.tensor(n), h, w, *a), r(rows, 3), sizes, state(), recurrent(3, 2, 3, layers, directions, biases), biases, layers, 0.0, False, two)
    case("lstm", lambda x, n, h, c, w, *a: torch._VF.lstm(x, torch.tensor(n), (h, c), w, *a), r(rows, 3), sizes, state(), state(), recurrent(3, 2, 4, layers, directions, biases), biases, layers, 0.0, False, two)
for how in ("tanh", "relu"):
    f = torch._VF.rnn_tanh_cell if how == "tanh" else torch._VF.rnn_relu_cell
    case("rnn_cell", lambda x, h, wi, wh, bi, bh, how: f(x, h, wi, wh, bi, bh), r(3, 4), r(3, 2), r(2, 4), r(2, 2), r(2), r(2), how)
case("gru_cell", torch._VF.gru_cell, r(3, 4), r(3, 2), r(6, 4), r(6, 2), r(6), r(6))
case("lstm_cell", lambda x, h, c, *w: torch._VF.lstm_cell(x, (h, c), *w), r(3, 4), r(3, 2), r(3, 2), r(8, 4), r(8, 2), r(8), r(8))
case("lstm_cell", lambda x, h, c, *w: torch._VF.lstm_cell(x, (h, c), *w[:2]), r(3, 4), r(3, 2), r(3, 2), r(8, 4), r(8, 2), None, None)

# Attention
attend = lambda q, k, v, m, p, c, s: F.scaled_dot_product_attention(q, k, v, m, p, c, scale=s)
case("scaled_dot_product_attention", attend, r(2, 2, 3, 4), r(2, 2, 5, 4), r(2, 2, 5, 3), None, 0.0, False, None)
case("scaled_dot_product_attention", attend, r(2, 4, 3), r(2, 4, 3), r(2, 4, 3), None, 0.0, True, 0.7)
case("scaled_dot_product_attention", attend, r(2, 3, 4), r(2, 3, 4), r(2, 3, 2), torch.tensor([[True, False, True], [False, True, True], [True, True, True]]), 0.0, False, None)
case("scaled_dot_product_attention", attend, r(2, 3, 4), r(2, 3, 4), r(2, 3, 2), torch.tensor([[True, False, True], [False, False, False], [True, True, True]]), 0.0, False, None)
case("scaled_dot_product_attention", attend, r(2, 3, 4), r(2, 3, 4), r(2, 3, 2), r(3, 3), 0.0, False, None)

# Linear algebra
symmetric = lambda x: (x + x.mT) / 2
well = lambda *s: r(*s) * 0.3 + 2 * torch.eye(s[-1], dtype=f64)  # far from singular
positive_definite = lambda *s: (lambda m: m @ m.mT + torch.eye(s[-1], dtype=f64))(r(*s))


def signed(u, *others):
    """The signs that Flint chooses: the largest element of each column of u is positive."""
    largest = u.detach().gather(-2, u.detach().abs().argmax(-2, keepdim=True))
    signs = torch.where(largest < 0, -1.0, 1.0).to(u.dtype)
    return (u * signs, *[o * signs[..., : o.shape[-2]].mT for o in others])


def svd(x, full):
    u, s, vt = torch.linalg.svd(x, full)
    if u.shape[-1] == vt.shape[-2]:
        u, vt = signed(u, vt)
    return u, s, vt


def eigh(x):
    values, vectors = torch.linalg.eigh(symmetric(x))
    return values, signed(vectors)[0]


for shape in ((3, 3), (2, 4, 4), (1, 1)):
    case("linalg_inv", torch.linalg.inv, well(*shape))
    case("linalg_det", torch.linalg.det, r(*shape))
    case("linalg_slogdet", lambda x: tuple(torch.linalg.slogdet(x)), r(*shape))
    case("linalg_solve", torch.linalg.solve, well(*shape), r(*shape[:-1], 2))
    case("linalg_cholesky", lambda x: torch.linalg.cholesky(symmetric(x)), positive_definite(*shape), others=[])
    case("linalg_eigh", eigh, symmetric(r(*shape)), others=[])
case("linalg_solve", torch.linalg.solve, well(3, 3), r(3))
case("linalg_solve", torch.linalg.solve, well(2, 3, 3), r(2, 3))
case("linalg_solve", torch.linalg.solve, well(3, 3), r(2, 3, 2))
case("linalg_det", torch.linalg.det, torch.tensor([[1.0, 2.0], [2.0, 4.0]], dtype=f64), grads=False)
for shape in ((4, 3), (3, 3), (3, 5), (2, 4, 2)):
    case("linalg_qr", lambda x, c: tuple(torch.linalg.qr(x, "complete" if c else "reduced")), r(*shape), False)
    case("linalg_svd", svd, r(*shape), False)
case("linalg_qr", lambda x, c: tuple(torch.linalg.qr(x, "complete")), r(4, 2), True, grads=False)
case("linalg_svd", svd, r(3, 3), True)
for right in (False, True):
    case("searchsorted", lambda s, v, right: torch.searchsorted(s, v, right=right), torch.tensor([-1.0, 0.0, 0.5, 0.5, 2.0], dtype=f64), torch.tensor([[0.5, -3.0], [5.0, 0.1]], dtype=f64), right, grads=False)
    case("searchsorted", lambda s, v, right: torch.searchsorted(s, v, right=right), ints([1, 3, 5], [2, 2, 8]), ints([3, 9], [2, 0]), right, dtypes=[f64])

# 16-bit types
for to in HALVES + [f32, f64, i64, u8, boolean]:
    for of in HALVES:
        case("cast", lambda x, t: x.to(t), (r(6) * 3).abs().to(of), to, dtypes=[f32], grads=False)
for of in (f64, f32, i64, boolean):
    for to in HALVES:
        case("cast", lambda x, t: x.to(t), convert(r(5) * 3, of, False), to, dtypes=[f32], grads=False)
edges = torch.tensor([65504.0, 65519.9, 65520.0, 6e-8, 2.9e-8, 3.1e-8, 6.1e-5, 1e-7, 1.0004883, 1.0014648, -0.0, math.inf, -math.inf, math.nan], dtype=f32)
for to in HALVES:
    case("cast", lambda x, t: x.to(t), edges, to, dtypes=[f32], grads=False)
    once("full", lambda s, v, t: torch.full(s, v, dtype=t), [[2, 3], 1.7, to], f64, False)
    once("arange", lambda a, b, s, t: torch.arange(a, b, s, dtype=t), [0, 5, 1, to], f64, False)
    x, y = r(3).to(to), r(3)
    case("mul", torch.mul, x, y.to(f32), dtypes=[f64], grads=False)
    case("mul", torch.mul, x, y[0].to(f32), dtypes=[f64], grads=False)
    case("mul", torch.mul, x, ints(1, 2, 3), dtypes=[f64], grads=False)
    case("mul", torch.mul, x, y.to(f16), dtypes=[f64], grads=False)
    case("sum", lambda x, d, k, t: torch.sum(x, dtype=t), x, [], False, f32, dtypes=[f64], grads=False)

# One element, or none, where shrinking a case does not lead there
zero = ints([0])
only = dict(dtypes=[f64], others=[], shapes=False)
case("view", torch.Tensor.view, r(1, 1), [1, 1, -1], **only)
case("reshape", torch.reshape, r(0, 3), [3, 0], **only)
case("split", lambda x, n, d: torch.split(x, n, d), r(1), [1], -1, **only)
case("narrow", torch.narrow, r(1, 1), -1, 0, 1, **only)
case("unfold", torch.Tensor.unfold, r(1), -1, 1, 1, **only)
case("gather", torch.gather, r(1, 1), -1, zero, **only)
case("index_select", torch.index_select, r(1), -1, ints(0), **only)
case("index_add", torch.index_add, r(1), -1, ints(0), r(1), **only)
case("index", lambda x, i: x[index_of(i)], r(0, 3), [None, ints(1, 0)], **only)
case("scatter", torch.scatter, r(1, 1), -1, zero, r(1, 1), **only)
case("scatter_", torch.Tensor.scatter_, r(1, 1), -1, zero, r(1, 1), **only)
case("scatter_value_", torch.Tensor.scatter_, r(1, 1), -1, zero, 5.0, **only)
case("topk", lambda x, k, d, large: tuple(torch.topk(x, k, d, large)), r(1), 1, -1, True, **only)
case("kthvalue", lambda x, k, d, keep: tuple(torch.kthvalue(x, k, d, keep)), r(1), 1, -1, True, **only)
case("nll_loss", lambda x, y, w, i, how: F.nll_loss(x, y, w, ignore_index=i, reduction=how), r(1, 1), ints(0), None, -100, "mean", **only)
case("layer_norm", F.layer_norm, r(1, 1), [1], r(1), r(1), 1e-5, **only)
case("conv_transpose1d", lambda x, w, b, s, p, o, g, d: F.conv_transpose1d(x, w, b, s, p, o, g, d), r(1, 1, 1), r(1, 1, 1), r(1), [1], [0], [0], 1, [1], **only)
case("conv_transpose2d", up, r(1, 1, 1, 1), r(1, 1, 1, 1), r(1), [1], [0], [0], 1, [1], **only)
case("conv_transpose3d", up3, r(1, 1, 1, 1, 1), r(1, 1, 1, 1, 1), r(1), [1], [0], [0], 1, [1], **only)
case("max_pool2d_with_indices", lambda x, k, s, p, d, c: F.max_pool2d(x, k, s, p, d, c, True), r(1, 1, 1, 1), [1], [1], [0], [1], False, **only)
case("max_pool3d", lambda x, k, s, p, d, c: F.max_pool3d(x, k, s, p, d, c), r(1, 1, 1, 1, 1), [1], [1], [0], [1], False, **only)
case("avg_pool3d", lambda x, k, s, p, c, i: F.avg_pool3d(x, k, s, p, c, i), r(1, 1, 1, 1, 1), [1], [1], [0], False, True, **only)
state = [r(1, 1), [1], r(1, 1, 1)]
case("rnn", lambda x, n, h, w, *a: torch._VF.rnn_tanh(x, torch.tensor(n), h, w, *a[:-1]), *state, recurrent(1, 1, 1, 1, 1, True), True, 1, 0.0, False, False, "tanh", **only)
case("gru", lambda x, n, h, w, *a: torch._VF.gru(x, torch.tensor(n), h, w, *a), *state, recurrent(1, 1, 3, 1, 1, True), True, 1, 0.0, False, False, **only)
case("lstm", lambda x, n, h, c, w, *a: torch._VF.lstm(x, torch.tensor(n), (h, c), w, *a), *state, r(1, 1, 1), recurrent(1, 1, 4, 1, 1, True), True, 1, 0.0, False, False, **only)
case("gru_cell", torch._VF.gru_cell, r(1, 1), r(1, 1), r(3, 1), r(3, 1), r(3), r(3), **only)
case("lstm_cell", lambda x, h, c, *w: torch._VF.lstm_cell(x, (h, c), *w), r(1, 1), r(1, 1), r(1, 1), r(4, 1), r(4, 1), r(4), r(4), **only)

# Batches of pictures
pictures = torch.randint(0, 256, (5, 2, 2, 3), dtype=torch.uint8)
for chosen in (ints(4, 0, 2), ints(1), torch.zeros(0, dtype=torch.int64)):
    case("image_batch", lambda x, i, s, b: x[i].float() * s[:, None, None] + b[:, None, None], pictures, chosen,
         torch.tensor([1 / 255, 0.5]), torch.tensor([-0.25, 3.0]), dtypes=[f32], grads=False)

for (op, dtype), why in without_type.items():
    print(f"{op} has no {dtype} in PyTorch: {why}", file=sys.stderr)
