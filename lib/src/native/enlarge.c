/*
 * Images of twice the sides, bilinear with the centres of pixels at halves (PyTorch's nn.Upsample without align_corners), and
 * the gradient. Row h of the result is 1/4 and 3/4 of rows (h - 1) / 2 and the next, cut at the edges; columns likewise.
 */
#include "columns.h"
#include "ops.h"
#include "parallel.h"

typedef struct {
  int64_t height, width, channels;
  const float *from;
  float *to;
} Work;

static int64_t cut(int64_t place, int64_t extent) { return place < 0 ? 0 : place >= extent ? extent - 1 : place; }

/** One row of the result from two of the image. */
static void enlarge_row(int64_t index, void *shared) {
  const Work *work = shared;
  const int64_t height = work->height, width = work->width, channels = work->channels;
  const int64_t image = index / (2 * height), row = index % (2 * height), near = row / 2;
  const int64_t far = cut(row & 1 ? near + 1 : near - 1, height), stride = width * channels;
  const float *a = work->from + (image * height + near) * stride, *b = work->from + (image * height + far) * stride;
  float *to = work->to + index * 2 * stride;
  for (int64_t w = 0; w < width; w++) {
    const int64_t here = w * channels, before = cut(w - 1, width) * channels, after = cut(w + 1, width) * channels;
    float *first = to + 2 * here, *second = first + channels;
    FOR_PIXELS(1, channels, {
      const vector middle = 0.75f * take(a + here + at, left) + 0.25f * take(b + here + at, left);
      const vector low = 0.75f * take(a + before + at, left) + 0.25f * take(b + before + at, left);
      const vector high = 0.75f * take(a + after + at, left) + 0.25f * take(b + after + at, left);
      put(first + at, 0.75f * middle + 0.25f * low, left);
      put(second + at, 0.75f * middle + 0.25f * high, left);
    });
  }
}

/**
 * One row of the gradient from the four of the result that saw it. Row h is seen by 2 h - 1, 2 h, 2 h + 1, 2 h + 2 with shares
 * 1/4, 3/4, 3/4, 1/4; what would lie beyond an edge is the row at the edge, seen once more. Columns likewise.
 */
static void shrink_row(int64_t index, void *shared) {
  const Work *work = shared;
  const int64_t height = work->height, width = work->width, channels = work->channels;
  const int64_t image = index / height, row = index % height, stride = 2 * width * channels;
  const float *rows[4];
  const float shares[4] = {0.25f, 0.75f, 0.75f, 0.25f};
  for (int i = 0; i < 4; i++)
    rows[i] = work->from + (image * 2 * height + cut(2 * row - 1 + i, 2 * height)) * stride;
  float *to = work->to + index * width * channels;
  for (int64_t w = 0; w < width; w++) {
    int64_t columns[4];
    for (int j = 0; j < 4; j++) columns[j] = cut(2 * w - 1 + j, 2 * width) * channels;
    FOR_PIXELS(1, channels, {
      vector sum = {0};
      for (int i = 0; i < 4; i++) {
        const vector inner = take(rows[i] + columns[1] + at, left) + take(rows[i] + columns[2] + at, left);
        const vector outer = take(rows[i] + columns[0] + at, left) + take(rows[i] + columns[3] + at, left);
        sum += shares[i] * (0.75f * inner + 0.25f * outer);
      }
      put(to + w * channels + at, sum, left);
    });
  }
}

static void compute_forward(Call *call) {
  const Array *x = &call->inputs[0];
  if (!require(call, x->rank == 4, "x of 4 axes")) return;
  Work work = {x->extents[1], x->extents[2], x->extents[3], x->values, NULL};
  const int64_t large[4] = {x->extents[0], 2 * work.height, 2 * work.width, work.channels};
  work.to = make_output(call, 0, 4, large).values;
  if (work.to) for_each(large[0] * large[1], enlarge_row, &work);
}

static void compute_gradient(Call *call) {
  const Array *dy = &call->inputs[0];
  if (!require(call, dy->rank == 4 && dy->extents[1] % 2 == 0 && dy->extents[2] % 2 == 0, "dy of 4 axes with even sides"))
    return;
  Work work = {dy->extents[1] / 2, dy->extents[2] / 2, dy->extents[3], dy->values, NULL};
  const int64_t small[4] = {dy->extents[0], work.height, work.width, work.channels};
  work.to = make_output(call, 0, 4, small).values;
  if (work.to) for_each(small[0] * small[1], shrink_row, &work);
}

const Op enlarge = {
    .name = "DdpmDipEnlarge",
    .inputs = {"x: float"},
    .outputs = {"y: float"},
    .shaped_like = {unknown_shape},
    .compute = compute_forward,
};

const Op enlarge_gradient = {
    .name = "DdpmDipEnlargeGrad",
    .inputs = {"dy: float"},
    .outputs = {"dx: float"},
    .shaped_like = {unknown_shape},
    .compute = compute_gradient,
};
