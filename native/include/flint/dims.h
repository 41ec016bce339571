// Sizes and strides without allocation: up to eight dimensions inline.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "flint/error.h"

namespace flint {

class Dims {
 public:
  static constexpr int kMax = 8;

  Dims() = default;
  Dims(std::initializer_list<int64_t> values) { assign(values.begin(), values.size()); }
  explicit Dims(std::span<const int64_t> values) { assign(values.data(), values.size()); }
  Dims(int count, int64_t value) {
    reserve(count);
    for (int i = 0; i < count; ++i) values_[i] = value;
  }

  int size() const { return size_; }
  bool empty() const { return size_ == 0; }
  int64_t operator[](int i) const { return values_[i]; }
  int64_t& operator[](int i) { return values_[i]; }
  int64_t back() const { return values_[size_ - 1]; }
  const int64_t* begin() const { return values_.data(); }
  const int64_t* end() const { return values_.data() + size_; }
  const int64_t* data() const { return values_.data(); }

  void push_back(int64_t v) {
    reserve(size_ + 1);
    values_[size_ - 1] = v;
  }
  void insert(int at, int64_t v) {
    reserve(size_ + 1);
    for (int i = size_ - 1; i > at; --i) values_[i] = values_[i - 1];
    values_[at] = v;
  }
  void erase(int at) {
    for (int i = at; i + 1 < size_; ++i) values_[i] = values_[i + 1];
    --size_;
  }

  /// Product of all entries; 1 for a 0-dimensional shape.
  int64_t numel() const {
    int64_t n = 1;
    for (int i = 0; i < size_; ++i) n *= values_[i];
    return n;
  }
  bool operator==(const Dims& o) const {
    if (size_ != o.size_) return false;
    for (int i = 0; i < size_; ++i)
      if (values_[i] != o.values_[i]) return false;
    return true;
  }
  /// As people write it: "[4, 784]".
  std::string str() const;

 private:
  void reserve(size_t n) {
    if (n > kMax) throw Error("shape", "tensors have at most 8 dimensions, got " + std::to_string(n));
    size_ = static_cast<int>(n);
  }
  void assign(const int64_t* p, size_t n) {
    reserve(n);
    for (size_t i = 0; i < n; ++i) values_[i] = p[i];
  }
  std::array<int64_t, kMax> values_{};
  int size_ = 0;
};

/// Row-major strides of a shape, in elements.
Dims contiguous_strides(const Dims& sizes);
/// Strides of [N, C, H, W] (or [N, C, L]...) stored with C innermost: PyTorch's channels_last.
Dims channels_last_strides(const Dims& sizes);

}  // namespace flint
