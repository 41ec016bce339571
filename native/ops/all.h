// Every operation there is: the families' tables one after another, to be walked by the binding, the tests, the docs.
#pragma once

#include <string_view>
#include <tuple>
#include <utility>

#include "ops/activation.h"
#include "ops/attention.h"
#include "ops/conv.h"
#include "ops/conv_nd.h"
#include "ops/create.h"
#include "ops/dropout.h"
#include "ops/elementwise.h"
#include "ops/image_batch.h"
#include "ops/index.h"
#include "ops/linalg.h"
#include "ops/loss.h"
#include "ops/matmul.h"
#include "ops/norm.h"
#include "ops/optim.h"
#include "ops/parts.h"
#include "ops/pool.h"
#include "ops/pool_nd.h"
#include "ops/recurrent.h"
#include "ops/reduce.h"
#include "ops/resample.h"
#include "ops/scan.h"
#include "ops/search.h"
#include "ops/shape.h"

namespace flint {

/// Row I of a family's table, as a type: its name and its function are known to the compiler.
template <const auto& Family, size_t I>
struct Row {
  static constexpr auto& row = std::get<I>(Family);
  static constexpr auto fn = row.fn;
  static constexpr std::string_view name = row.name;
};

template <const auto& Family, class F>
void each_row_of(F& f) {
  [&]<size_t... I>(std::index_sequence<I...>) { (f(Row<Family, I>{}), ...); }
  (std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<decltype(Family)>>>());
}

/// Calls f(Row{}) for each operation. Family by family: one table of them all would take the compiler minutes to look
/// things up in.
template <class F>
void each_row(F f) {
  each_row_of<create_ops>(f);
  each_row_of<elementwise_ops>(f);
  each_row_of<reduce_ops>(f);
  each_row_of<scan_ops>(f);
  each_row_of<shape_ops>(f);
  each_row_of<parts_ops>(f);
  each_row_of<index_ops>(f);
  each_row_of<matmul_ops>(f);
  each_row_of<activation_ops>(f);
  each_row_of<conv_ops>(f);
  each_row_of<conv_nd_ops>(f);
  each_row_of<pool_ops>(f);
  each_row_of<pool_nd_ops>(f);
  each_row_of<resample_ops>(f);
  each_row_of<loss_ops>(f);
  each_row_of<norm_ops>(f);
  each_row_of<dropout_ops>(f);
  each_row_of<recurrent_ops>(f);
  each_row_of<attention_ops>(f);
  each_row_of<linalg_ops>(f);
  each_row_of<search_ops>(f);
  each_row_of<optim_ops>(f);
  each_row_of<image_batch_ops>(f);
}

}  // namespace flint
