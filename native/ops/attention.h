// Attention by scaled products.
#pragma once

#include "flint/registry.h"
#include "flint/tensor.h"

namespace flint {

/// `query` [..., l, e], `key` [..., s, e], `value` [..., s, v]; `mask` broadcasts to [..., l, s]: bool, true = may be
/// seen, or floating, added to the scores. A query that may see nothing gets zeros. `scale` is 1/sqrt(e) when absent.
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const std::optional<Tensor>& mask, double dropout_p, bool is_causal,
                                    std::optional<double> scale);

inline constexpr auto attention_ops = std::tuple{
    Op{"scaled_dot_product_attention", &scaled_dot_product_attention,
       "softmax(query · keyᵀ · scale + mask) · value: [..., l, v]."},
};

}  // namespace flint
