// What the engine's tests share: tensors from lists, closeness, and derivatives by central differences in float64.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "flint/autograd.h"
#include "ops/all.h"

namespace flint::testing {

inline Tensor of(const Dims& sizes, const std::vector<double>& values, DType dtype = DType::Float32) {
  Tensor t = empty(sizes, dtype);
  visit_dtype(dtype, [&](auto tag) {
    using T = decltype(tag);
    for (size_t i = 0; i < values.size(); ++i) t.data<T>()[i] = static_cast<T>(values[i]);
  });
  return t;
}

inline std::vector<double> values(const Tensor& t) {
  Tensor c = contiguous(is_half(t.dtype()) ? cast(detach(t), DType::Float32) : detach(t));
  std::vector<double> out(static_cast<size_t>(c.numel()));
  visit_dtype(c.dtype(), [&](auto tag) {
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(c.data<decltype(tag)>()[i]);
  });
  return out;
}

inline void expect_close(const Tensor& t, const std::vector<double>& wanted, double tolerance = 1e-4) {
  std::vector<double> got = values(t);
  ASSERT_EQ(got.size(), wanted.size()) << t.sizes().str();
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(wanted[i]))
      EXPECT_TRUE(std::isnan(got[i])) << "element " << i;
    else if (std::isinf(wanted[i]))
      EXPECT_EQ(got[i], wanted[i]) << "element " << i;
    else
      EXPECT_NEAR(got[i], wanted[i], tolerance * std::max(1.0, std::abs(wanted[i]))) << "element " << i;
  }
}

inline Tensor leaf(Tensor t) {
  t.impl()->requires_grad = true;
  return t;
}

/// Expects that `f` throws an Error whose text holds each of the words.
inline void expect_error(const std::function<void()>& f, std::initializer_list<const char*> words) {
  try {
    f();
  } catch (const Error& e) {
    for (const char* w : words)
      EXPECT_NE(std::string(e.what()).find(w), std::string::npos) << "\"" << w << "\" is not in: " << e.what();
    return;
  }
  ADD_FAILURE() << "no error was thrown";
}

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

/// Compares the derivative of sum(weights · f(inputs)) with central differences; with `second`, that of the derivative
/// too.
void check_gradient(const std::string& name, const Function& f, const std::vector<Tensor>& inputs, bool second = true);

}  // namespace flint::testing
