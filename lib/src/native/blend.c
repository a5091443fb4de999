/* One step of a running average: average + share (value - average), as one pass in place of three. */
#include "columns.h"
#include "ops.h"
#include "parallel.h"

enum { piece = 1 << 16 };

typedef struct {
  const float *average, *value;
  float share, *to;
  int64_t count;
} Work;

static void blend_piece(int64_t index, void *shared) {
  const Work *work = shared;
  const int64_t first = index * piece, left_over = work->count - first;
  const vector share = spread(work->share);
  FOR_PIXELS(1, left_over < piece ? left_over : piece, {
    const vector average = take(work->average + first + at, left);
    put(work->to + first + at, average + share * (take(work->value + first + at, left) - average), left);
  });
}

static void compute_blend(Call *call) {
  const Array *average = &call->inputs[0], *value = &call->inputs[1], *share = &call->inputs[2];
  if (!require(call, same_shape(average, value), "average and value of one shape") ||
      !require(call, share->rank == 0, "share as a number"))
    return;
  const Array made = make_output(call, 0, average->rank, average->extents);
  Work work = {average->values, value->values, 0, made.values, count(average)};
  if (!made.values) return;
  work.share = *share->values;
  for_each((work.count + piece - 1) / piece, blend_piece, &work);
}

const Op blend = {
    .name = "DdpmDipBlend",
    .inputs = {"average: float", "value: float", "share: float"},
    .outputs = {"y: float"},
    .shaped_like = {0},
    .compute = compute_blend,
};
