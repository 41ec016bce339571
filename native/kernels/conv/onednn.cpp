// Convolutions through oneDNN: activations NHWC as they lie, weights in the form oneDNN wants, primitives kept by
// shape.
#include <mutex>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

#include "kernels/conv/kernel.h"

namespace flint::kernels {
namespace {

using dnnl::memory;
using Format = memory::format_tag;

dnnl::engine& engine() {
  static auto* the = new dnnl::engine(dnnl::engine::kind::cpu, 0);  // outlives every static user
  return *the;
}
dnnl::stream& stream() {
  static auto* the = new dnnl::stream(engine());
  return *the;
}

/// One convolution ready to run. The memory objects are kept and pointed at the operands of each call.
struct Ready {
  dnnl::primitive primitive, reorder;
  memory source, weight, target, bias;
  memory plain_weight;  // the caller's weights, when oneDNN wants another form
  bool reorders = false;
};

struct Key {
  Conv shape;
  int kind;  // 0 forward, 1 forward with bias, 2 backward data, 3 backward weight
  bool operator==(const Key&) const = default;
};
struct Hash {
  size_t operator()(const Key& k) const {
    const auto* words = reinterpret_cast<const int64_t*>(&k.shape);
    size_t h = static_cast<size_t>(k.kind);
    for (size_t i = 0; i < sizeof(Conv) / sizeof(int64_t); ++i) h = h * 1000003 + static_cast<size_t>(words[i]);
    return h;
  }
};

struct Shapes {
  memory::desc x, y, plain_weight, any_weight, bias;
  memory::dims stride, dilation, pad;
  explicit Shapes(const Conv& s) : stride{s.sh, s.sw}, dilation{s.dh - 1, s.dw - 1}, pad{s.ph, s.pw} {
    auto f32 = memory::data_type::f32;
    x = memory::desc({s.n, s.c, s.h, s.w}, f32, Format::nhwc);
    y = memory::desc({s.n, s.o, s.oh, s.ow}, f32, Format::nhwc);
    memory::dims w = s.groups == 1 ? memory::dims{s.o, s.c, s.kh, s.kw}
                                   : memory::dims{s.groups, s.o / s.groups, s.c / s.groups, s.kh, s.kw};
    plain_weight = memory::desc(w, f32, s.groups == 1 ? Format::oihw : Format::goihw);
    any_weight = memory::desc(w, f32, Format::any);
    bias = memory::desc({s.o}, f32, Format::a);
  }
};

const auto kDirect = dnnl::algorithm::convolution_direct;

dnnl::convolution_forward::primitive_desc forward_desc(const Shapes& d, bool with_bias) {
  auto kind = dnnl::prop_kind::forward_training;
  if (with_bias)
    return {dnnl::convolution_forward::desc(kind, kDirect, d.x, d.any_weight, d.bias, d.y, d.stride, d.dilation, d.pad,
                                            d.pad),
            engine()};
  return {dnnl::convolution_forward::desc(kind, kDirect, d.x, d.any_weight, d.y, d.stride, d.dilation, d.pad, d.pad),
          engine()};
}

void set_weight(Ready& r, const Shapes& d, const memory::desc& wanted, bool back) {
  r.reorders = wanted != d.plain_weight;
  r.plain_weight = memory(d.plain_weight, engine(), nullptr);
  r.weight = r.reorders ? memory(wanted, engine()) : memory(wanted, engine(), nullptr);
  if (r.reorders) r.reorder = back ? dnnl::reorder(r.weight, r.plain_weight) : dnnl::reorder(r.plain_weight, r.weight);
}

Ready make(const Key& key) {
  Shapes d(key.shape);
  Ready r;
  r.source = memory(d.x, engine(), nullptr);
  r.target = memory(d.y, engine(), nullptr);
  auto forward = forward_desc(d, key.kind == 1);
  if (key.kind <= 1) {
    r.primitive = dnnl::convolution_forward(forward);
    if (key.kind == 1) r.bias = memory(d.bias, engine(), nullptr);
    set_weight(r, d, forward.weights_desc(), false);
  } else if (key.kind == 2) {
    dnnl::convolution_backward_data::primitive_desc p(
        dnnl::convolution_backward_data::desc(kDirect, d.x, d.any_weight, d.y, d.stride, d.dilation, d.pad, d.pad),
        engine(), forward);
    r.primitive = dnnl::convolution_backward_data(p);
    set_weight(r, d, p.weights_desc(), false);
  } else {
    dnnl::convolution_backward_weights::primitive_desc p(
        dnnl::convolution_backward_weights::desc(kDirect, d.x, d.any_weight, d.y, d.stride, d.dilation, d.pad, d.pad),
        engine(), forward);
    r.primitive = dnnl::convolution_backward_weights(p);
    set_weight(r, d, p.diff_weights_desc(), true);
  }
  return r;
}

/// Calls f(ready) with the lock held: a primitive's scratch memory serves one call at a time. False when oneDNN refuses
/// the shape.
template <class F>
bool with(const Conv& shape, int kind, F&& f) {
  static auto* table = new std::unordered_map<Key, Ready, Hash>;
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  try {
    Key key{shape, kind};
    auto it = table->find(key);
    if (it == table->end()) {
      if (table->size() >= 512) table->clear();  // shapes that never come again must not pile up
      it = table->emplace(key, make(key)).first;
    }
    f(it->second);
    return true;
  } catch (const dnnl::error&) {
    return false;
  }
}

void point(memory& m, const float* data) { m.set_data_handle(const_cast<float*>(data)); }

void load_weight(Ready& r, const float* weight) {
  if (!r.reorders) return point(r.weight, weight);
  point(r.plain_weight, weight);
  r.reorder.execute(stream(), {{DNNL_ARG_FROM, r.plain_weight}, {DNNL_ARG_TO, r.weight}});
}

}  // namespace

bool conv_forward_onednn(const Conv& s, const float* x, const float* weight, const float* bias, float* y) {
  return with(s, bias ? 1 : 0, [&](Ready& r) {
    load_weight(r, weight);
    point(r.source, x);
    point(r.target, y);
    std::unordered_map<int, memory> args{
        {DNNL_ARG_SRC, r.source}, {DNNL_ARG_WEIGHTS, r.weight}, {DNNL_ARG_DST, r.target}};
    if (bias) {
      point(r.bias, bias);
      args.emplace(DNNL_ARG_BIAS, r.bias);
    }
    r.primitive.execute(stream(), args);
  });
}

bool conv_backward_data_onednn(const Conv& s, const float* g, const float* weight, float* dx) {
  return with(s, 2, [&](Ready& r) {
    load_weight(r, weight);
    point(r.source, dx);
    point(r.target, g);
    r.primitive.execute(stream(),
                        {{DNNL_ARG_DIFF_DST, r.target}, {DNNL_ARG_WEIGHTS, r.weight}, {DNNL_ARG_DIFF_SRC, r.source}});
  });
}

bool conv_backward_weight_onednn(const Conv& s, const float* x, const float* g, float* dweight) {
  return with(s, 3, [&](Ready& r) {
    point(r.source, x);
    point(r.target, g);
    point(r.reorders ? r.plain_weight : r.weight, dweight);
    r.primitive.execute(stream(),
                        {{DNNL_ARG_SRC, r.source}, {DNNL_ARG_DIFF_DST, r.target}, {DNNL_ARG_DIFF_WEIGHTS, r.weight}});
    if (r.reorders) r.reorder.execute(stream(), {{DNNL_ARG_FROM, r.weight}, {DNNL_ARG_TO, r.plain_weight}});
  });
}

}  // namespace flint::kernels
