// Every operation there is: the families' tables one after another.
#pragma once

#include <tuple>

#include "ops/activation.h"
#include "ops/create.h"
#include "ops/elementwise.h"
#include "ops/index.h"
#include "ops/matmul.h"
#include "ops/optim.h"
#include "ops/reduce.h"
#include "ops/shape.h"

namespace flint {

inline constexpr auto all_ops = std::tuple_cat(create_ops, elementwise_ops, reduce_ops, shape_ops, index_ops,
                                               matmul_ops, activation_ops, optim_ops);

}  // namespace flint
