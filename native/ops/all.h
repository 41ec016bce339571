// Every operation there is: the families' tables one after another.
#pragma once

#include <tuple>

#include "ops/activation.h"
#include "ops/attention.h"
#include "ops/conv.h"
#include "ops/conv_nd.h"
#include "ops/create.h"
#include "ops/dropout.h"
#include "ops/elementwise.h"
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

inline constexpr auto all_ops =
    std::tuple_cat(create_ops, elementwise_ops, reduce_ops, scan_ops, shape_ops, parts_ops, index_ops, matmul_ops,
                   activation_ops, conv_ops, conv_nd_ops, pool_ops, pool_nd_ops, resample_ops, loss_ops, norm_ops,
                   dropout_ops, recurrent_ops, attention_ops, linalg_ops, search_ops, optim_ops);

}  // namespace flint
