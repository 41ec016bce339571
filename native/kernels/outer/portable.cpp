// Outer products without special instructions, the choice among all, and the threads.
#define FLINT_ISA portable
#include <vector>

#include "kernels/isa.h"
#include "kernels/outer/rows.inc"
#include "kernels/parallel.h"

namespace flint::kernels {

void sum_of_outers(const Outer* products, int64_t count, int64_t rows, int64_t columns, float* out) {
  const Isa isa = best_isa();
  const OuterRows row = isa == Isa::Avx512 ? outer_rows_avx512
                        : isa == Isa::Avx2 ? outer_rows_avx2
                                           : outer_rows_portable;
  std::vector<Outer> dense(products, products + count);
  std::vector<float> gathered;
  for (const Outer& p : dense) gathered.resize(gathered.size() + (p.stride_b == 1 ? 0 : static_cast<size_t>(columns)));
  float* next = gathered.data();
  for (Outer& p : dense) {
    if (p.stride_b == 1) continue;
    for (int64_t j = 0; j < columns; ++j) next[j] = p.b[j * p.stride_b];
    p.b = next;
    p.stride_b = 1;
    next += columns;
  }
  parallel(rows, 1 + 512 * 1024 / (columns * count + 1),
           [&](int64_t from, int64_t to) { row(dense.data(), count, from, to, columns, out); });
}

}  // namespace flint::kernels
