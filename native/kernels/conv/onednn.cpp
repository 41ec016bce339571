// Convolutions through oneDNN: activations NHWC as they lie, weights in the form oneDNN wants, primitives kept by
// shape.
#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <vector>

#include "kernels/conv/kernel.h"
#include "kernels/conv/weights.h"
#include "kernels/one_thread.h"
#include "kernels/parallel.h"

namespace flint::kernels {
namespace {

using dnnl::memory;
using Format = memory::format_tag;

dnnl::engine& engine() {
  static auto* the = new dnnl::engine(dnnl::engine::kind::cpu, 0);  // outlives every static user
  return *the;
}

using Args = std::unordered_map<int, memory>;

/// One convolution ready to run. The memory objects are kept and pointed at the operands of each call.
struct Ready {
  dnnl::primitive primitive, reorder;
  memory source, weight, target, bias, scratch;
  memory plain_weight;  // the caller's weights, when oneDNN wants another form
  bool reorders = false;
  WeightForm form;  // of that, where we turn the weights ourselves
  Args args, reorder_args;
};

enum class Kind { forward, forward_bias, backward_data, backward_weight };

struct Key {
  Conv shape;
  Kind kind;
  memory::data_type type = memory::data_type::f32;
  bool operator==(const Key&) const = default;
};
struct Hash {
  size_t operator()(const Key& k) const {
    const auto* words = reinterpret_cast<const int64_t*>(&k.shape);
    size_t h = static_cast<size_t>(k.kind) + 16 * static_cast<size_t>(k.type);
    for (size_t i = 0; i < sizeof(Conv) / sizeof(int64_t); ++i) h = h * 1000003 + static_cast<size_t>(words[i]);
    return h;
  }
};

struct Shapes {
  memory::desc x, y, plain_weight, any_weight, bias;
  memory::dims stride, dilation, pad;
  Shapes(const Conv& s, memory::data_type type) : stride{s.sh, s.sw}, dilation{s.dh - 1, s.dw - 1}, pad{s.ph, s.pw} {
    x = memory::desc({s.n, s.c, s.h, s.w}, type, Format::nhwc);
    y = memory::desc({s.n, s.o, s.oh, s.ow}, type, Format::nhwc);
    memory::dims w = s.groups == 1 ? memory::dims{s.o, s.c, s.kh, s.kw}
                                   : memory::dims{s.groups, s.o / s.groups, s.c / s.groups, s.kh, s.kw};
    plain_weight = memory::desc(w, type, s.groups == 1 ? Format::oihw : Format::goihw);
    any_weight = memory::desc(w, type, Format::any);
    bias = memory::desc({s.o}, type, Format::a);
  }
};

const auto kDirect = dnnl::algorithm::convolution_direct;

/// Primitives work in memory that we give them: their own belongs to the thread that made them.
const dnnl::primitive_attr& attributes() {
  static const auto* the = [] {
    auto* a = new dnnl::primitive_attr;
    a->set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return a;
  }();
  return *the;
}

dnnl::convolution_forward::primitive_desc forward_desc(const Shapes& d, bool with_bias) {
  auto kind = dnnl::prop_kind::forward_training;
  if (with_bias)
    return {dnnl::convolution_forward::desc(kind, kDirect, d.x, d.any_weight, d.bias, d.y, d.stride, d.dilation, d.pad,
                                            d.pad),
            attributes(), engine()};
  return {dnnl::convolution_forward::desc(kind, kDirect, d.x, d.any_weight, d.y, d.stride, d.dilation, d.pad, d.pad),
          attributes(), engine()};
}

/// Which of the forms that we know this is.
WeightForm form_of(const memory::desc& wanted, const Conv& s, memory::data_type type, bool back) {
  if (s.groups != 1 || type != memory::data_type::f32 || s.kh * s.kw > 49) return {};
  using Kind = WeightForm::Kind;
  const std::pair<Format, WeightForm> known[] = {
      {Format::Acdb16a, {Kind::OutputsInside, 16}},   {Format::Acdb32a, {Kind::OutputsInside, 32}},
      {Format::Acdb48a, {Kind::OutputsInside, 48}},   {Format::Acdb64a, {Kind::OutputsInside, 64}},
      {Format::ABcd16a16b, {Kind::InputsInside, 16}}, {Format::BAcd16a16b, {Kind::InputsOutside, 16}},
      {Format::ABcd16b16a, {Kind::OutputsLast, 16}}};
  for (const auto& [tag, form] : known)
    if ((form.kind == Kind::OutputsLast) == back && wanted == memory::desc({s.o, s.c, s.kh, s.kw}, type, tag))
      return turns_weights(form, s.o, s.c) ? form : WeightForm{};
  return {};
}

void set_weight(Ready& r, const Shapes& d, const Key& key, const memory::desc& wanted, bool back) {
  r.reorders = wanted != d.plain_weight;
  if (r.reorders) r.form = form_of(wanted, key.shape, key.type, back);
  r.plain_weight = memory(d.plain_weight, engine(), nullptr);
  r.weight = r.reorders ? memory(wanted, engine()) : memory(wanted, engine(), nullptr);
  if (!r.reorders) return;
  r.reorder = back ? dnnl::reorder(r.weight, r.plain_weight) : dnnl::reorder(r.plain_weight, r.weight);
  r.reorder_args = {{DNNL_ARG_FROM, back ? r.weight : r.plain_weight}, {DNNL_ARG_TO, back ? r.plain_weight : r.weight}};
}

Ready make(const Key& key) {
  Shapes d(key.shape, key.type);
  Ready r;
  r.source = memory(d.x, engine(), nullptr);
  r.target = memory(d.y, engine(), nullptr);
  auto scratch = [&](const auto& p) { r.scratch = memory(p.scratchpad_desc(), engine(), nullptr); };
  auto forward = forward_desc(d, key.kind == Kind::forward_bias);
  switch (key.kind) {
    case Kind::forward:
    case Kind::forward_bias:
      r.primitive = dnnl::convolution_forward(forward);
      scratch(forward);
      set_weight(r, d, key, forward.weights_desc(), false);
      r.args = {{DNNL_ARG_SRC, r.source}, {DNNL_ARG_WEIGHTS, r.weight}, {DNNL_ARG_DST, r.target}};
      if (key.kind == Kind::forward_bias) {
        r.bias = memory(d.bias, engine(), nullptr);
        r.args.emplace(DNNL_ARG_BIAS, r.bias);
      }
      break;
    case Kind::backward_data: {
      dnnl::convolution_backward_data::primitive_desc p(
          dnnl::convolution_backward_data::desc(kDirect, d.x, d.any_weight, d.y, d.stride, d.dilation, d.pad, d.pad),
          attributes(), engine(), forward);
      r.primitive = dnnl::convolution_backward_data(p);
      scratch(p);
      set_weight(r, d, key, p.weights_desc(), false);
      r.args = {{DNNL_ARG_DIFF_DST, r.target}, {DNNL_ARG_WEIGHTS, r.weight}, {DNNL_ARG_DIFF_SRC, r.source}};
      break;
    }
    case Kind::backward_weight: {
      dnnl::convolution_backward_weights::primitive_desc p(
          dnnl::convolution_backward_weights::desc(kDirect, d.x, d.any_weight, d.y, d.stride, d.dilation, d.pad, d.pad),
          attributes(), engine(), forward);
      r.primitive = dnnl::convolution_backward_weights(p);
      scratch(p);
      set_weight(r, d, key, p.diff_weights_desc(), true);
      r.args = {{DNNL_ARG_SRC, r.source}, {DNNL_ARG_DIFF_DST, r.target}, {DNNL_ARG_DIFF_WEIGHTS, r.weight}};
      break;
    }
  }
  r.args.emplace(DNNL_ARG_SCRATCHPAD, r.scratch);
  return r;
}

/// What serves one call at a time: a primitive's memory objects point at the operands of the call that is on.
struct Seat {
  std::mutex mutex;
  std::unordered_map<Key, Ready, Hash> table;
  std::vector<char> scratch;
  dnnl::stream stream{engine()};

  /// Calls f(ready) for a convolution of this shape. Throws dnnl::error where oneDNN refuses it.
  template <class F>
  void with(const Key& key, F&& f) {
    std::lock_guard lock(mutex);
    auto it = table.find(key);
    if (it == table.end()) {
      if (table.size() >= 512) table.clear();  // shapes that never come again must not pile up
      it = table.emplace(key, make(key)).first;
    }
    Ready& r = it->second;
    const size_t wanted = r.scratch.get_desc().get_size();
    if (scratch.size() < wanted) scratch.resize(wanted);
    r.scratch.set_data_handle(scratch.data());
    f(r);
  }
};

/// Seat 0 is oneDNN's own sharing among threads, seat 1 + p that of part p of what we share out.
Seat& seat(int64_t number) {
  static auto* the = new std::array<std::unique_ptr<Seat>, kMaxParts + 1>;
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  auto& found = (*the)[static_cast<size_t>(number)];
  if (!found) found = std::make_unique<Seat>();
  return *found;
}

constexpr int64_t kSmallWeights = 1 << 16;      // elements: so few that each part may have its own form of them
constexpr int64_t kGrainProducts = 300 * 1000;  // multiply-adds that take about 20 microseconds, begin and end included

/// The images of a convolution, shared out: with small weights each thread can take some images by itself.
struct Shares {
  Conv whole;
  int64_t parts;  // 0: oneDNN shares it out itself

  explicit Shares(const Conv& s) : whole(s) {
    const int64_t weights = s.o * (s.c / s.groups) * s.kh * s.kw;
    const int64_t worth = s.n * s.oh * s.ow * weights / kGrainProducts;
    parts = weights <= kSmallWeights ? std::max<int64_t>(1, std::min<int64_t>({worth, threads(), s.n})) : 0;
  }

  /// Calls f(seat, shape, first image, part) for each share; false when oneDNN refuses the shape.
  template <class F>
  bool each(F&& f) const {
    std::atomic<bool> served = true;
    auto guarded = [&](int64_t number, const Conv& s, int64_t first, int64_t part) {
      try {
        f(seat(number), s, first, part);
      } catch (const dnnl::error&) {
        served = false;
      }
    };
    if (parts == 0) {
      rest_workers();  // oneDNN brings threads of its own
      guarded(0, whole, 0, 0);
    } else {
      for_parts(parts, [&](int64_t part) {
        OneThread here;
        const int64_t first = whole.n * part / parts;
        Conv s = whole;
        s.n = whole.n * (part + 1) / parts - first;
        guarded(1 + part, s, first, part);
      });
    }
    return served;
  }
};

void point(memory& m, const void* data) { m.set_data_handle(const_cast<void*>(data)); }

/// Calls f(group) for each 16 outputs, by oneDNN's threads where it has more than one: they are awake then.
template <class F>
void each_group(const Conv& s, F&& f) {
  const int64_t groups = s.o / 16;
#ifdef _OPENMP
#pragma omp parallel for if (groups > 1)
#endif
  for (int64_t group = 0; group < groups; ++group) f(group);
}

void load_weight(Ready& r, const Conv& s, const dnnl::stream& stream, const void* weight) {
  if (!r.reorders) return point(r.weight, weight);
  if (r.form.kind != WeightForm::Kind::Unknown) {
    auto* blocked = static_cast<float*>(r.weight.get_data_handle());
    return each_group(s, [&](int64_t group) {
      block_weights(r.form, s.o, s.c, s.kh * s.kw, group, static_cast<const float*>(weight), blocked);
    });
  }
  point(r.plain_weight, weight);
  r.reorder.execute(stream, r.reorder_args);
}

/// Gives the caller the gradient of the weight in the plain order.
void store_weight(Ready& r, const Conv& s, const dnnl::stream& stream) {
  if (!r.reorders) return;
  if (r.form.kind == WeightForm::Kind::Unknown) return r.reorder.execute(stream, r.reorder_args);
  const auto* blocked = static_cast<const float*>(r.weight.get_data_handle());
  auto* plain = static_cast<float*>(r.plain_weight.get_data_handle());
  each_group(s, [&](int64_t group) { unblock_weights(s.c, s.kh * s.kw, group, blocked, plain); });
}

/// Runs f(ready) for a convolution in bfloat16, which oneDNN shares out itself; false where it refuses the shape.
template <class F>
bool in_bf16(const Conv& s, Kind kind, F&& f) {
  rest_workers();
  try {
    Seat& own = seat(0);
    own.with({s, kind, memory::data_type::bf16}, [&](Ready& r) { f(r, own.stream); });
    return true;
  } catch (const dnnl::error&) {
    return false;
  }
}

}  // namespace

bool conv_forward_bf16(const Conv& s, const void* x, const void* weight, const void* bias, void* y) {
  return in_bf16(s, bias ? Kind::forward_bias : Kind::forward, [&](Ready& r, const dnnl::stream& stream) {
    load_weight(r, s, stream, weight);
    point(r.source, x);
    point(r.target, y);
    if (bias) point(r.bias, bias);
    r.primitive.execute(stream, r.args);
  });
}
bool conv_backward_data_bf16(const Conv& s, const void* g, const void* weight, void* dx) {
  return in_bf16(s, Kind::backward_data, [&](Ready& r, const dnnl::stream& stream) {
    load_weight(r, s, stream, weight);
    point(r.source, dx);
    point(r.target, g);
    r.primitive.execute(stream, r.args);
  });
}
bool conv_backward_weight_bf16(const Conv& s, const void* x, const void* g, void* dweight) {
  return in_bf16(s, Kind::backward_weight, [&](Ready& r, const dnnl::stream& stream) {
    point(r.source, x);
    point(r.target, g);
    point(r.reorders ? r.plain_weight : r.weight, dweight);
    r.primitive.execute(stream, r.args);
    store_weight(r, s, stream);
  });
}

bool conv_forward_onednn(const Conv& shape, const float* x, const float* weight, const float* bias, float* y) {
  return Shares(shape).each([&](Seat& seat, const Conv& s, int64_t first, int64_t) {
    seat.with({s, bias ? Kind::forward_bias : Kind::forward}, [&](Ready& r) {
      load_weight(r, s, seat.stream, weight);
      point(r.source, x + first * s.h * s.w * s.c);
      point(r.target, y + first * s.oh * s.ow * s.o);
      if (bias) point(r.bias, bias);
      r.primitive.execute(seat.stream, r.args);
    });
  });
}

bool conv_backward_data_onednn(const Conv& shape, const float* g, const float* weight, float* dx) {
  return Shares(shape).each([&](Seat& seat, const Conv& s, int64_t first, int64_t) {
    seat.with({s, Kind::backward_data}, [&](Ready& r) {
      load_weight(r, s, seat.stream, weight);
      point(r.source, dx + first * s.h * s.w * s.c);
      point(r.target, g + first * s.oh * s.ow * s.o);
      r.primitive.execute(seat.stream, r.args);
    });
  });
}

bool conv_backward_weight_onednn(const Conv& shape, const float* x, const float* g, float* dweight) {
  const Shares shares(shape);
  const int64_t weights = shape.o * (shape.c / shape.groups) * shape.kh * shape.kw;
  std::vector<float> sums(static_cast<size_t>(std::max<int64_t>(0, shares.parts - 1) * weights));
  const bool served = shares.each([&](Seat& seat, const Conv& s, int64_t first, int64_t part) {
    seat.with({s, Kind::backward_weight}, [&](Ready& r) {
      point(r.source, x + first * s.h * s.w * s.c);
      point(r.target, g + first * s.oh * s.ow * s.o);
      point(r.reorders ? r.plain_weight : r.weight, part == 0 ? dweight : &sums[(part - 1) * weights]);
      r.primitive.execute(seat.stream, r.args);
      store_weight(r, s, seat.stream);
    });
  });
  for (size_t from = 0; from < sums.size(); from += weights)
    for (int64_t i = 0; i < weights; ++i) dweight[i] += sums[from + i];
  return served;
}

}  // namespace flint::kernels
