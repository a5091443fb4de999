/*
 * The four places of a convolution of an enlarged image, put side by side (lib/src/nn/enlargingConvolution.ts): from the
 * products [images, height + 1, width + 1, 4 channels] of the four kernels, pixel (2 h + i, 2 w + j) of the result is place
 * 2 i + j at (h + i, w + j), plus a bias. One reading and one writing, in place of a split, four slices, a concatenation, a
 * shuffle and an addition.
 */
#include <stdlib.h>

#include "columns.h"
#include "ops.h"
#include "parallel.h"

typedef struct {
  int64_t height, width, channels;
  const float *from, *bias;
  float *to, *sums;
} Work;

/** Row of the products: four places a pixel, one pixel more than the image. */
static int64_t product_row(const Work *work, int64_t image, int64_t row) {
  return (image * (work->height + 1) + row) * (work->width + 1) * 4 * work->channels;
}

static int64_t result_row(const Work *work, int64_t image, int64_t row) {
  return (image * work->height * 2 + row) * work->width * 2 * work->channels;
}

static void spread_row(int64_t index, void *shared) {
  const Work *work = shared;
  const int64_t channels = work->channels, image = index / (2 * work->height), row = index % (2 * work->height), i = row & 1;
  const float *products = work->from + product_row(work, image, row / 2 + i) + 2 * i * channels, *bias = work->bias;
  float *result = work->to + result_row(work, image, row);
  for (int64_t column = 0; column < 2 * work->width; column++) {
    const int64_t j = column & 1;
    const float *from = products + ((column / 2 + j) * 4 + j) * channels;
    float *to = result + column * channels;
    FOR_PIXELS(1, channels, { put(to + at, take(from + at, left) + take(bias + at, left), left); });
  }
}

/** A row of the products is shown by one row of the result for each i, but for the first and the last. */
static void gather_row(int64_t index, void *shared) {
  const Work *work = shared;
  const int64_t channels = work->channels, image = index / (work->height + 1), row = index % (work->height + 1);
  float *products = work->to + product_row(work, image, row);
  for (int64_t column = 0; column <= work->width; column++)
    for (int64_t place = 0; place < 4; place++) {
      const int64_t h = row - (place >> 1), w = column - (place & 1);
      float *to = products + (column * 4 + place) * channels;
      if (h < 0 || h >= work->height || w < 0 || w >= work->width) {
        memset(to, 0, (size_t)channels * sizeof(float));
        continue;
      }
      const float *from =
          work->from + result_row(work, image, 2 * h + (place >> 1)) + (2 * w + (place & 1)) * channels;
      memcpy(to, from, (size_t)channels * sizeof(float));
    }
}

static void sum_row(int64_t index, void *shared) {
  const Work *work = shared;
  const int64_t wide = (work->channels + lanes - 1) / lanes * lanes;
  const float *from = work->from + index * 2 * work->width * work->channels;
  float *sum = work->sums + index * wide;
  FOR_PIXELS(2 * work->width, work->channels, { store(sum + c, load(sum + c) + take(from + at, left)); });
}

static void compute_forward(Call *call) {
  const Array *x = &call->inputs[0], *bias = &call->inputs[1];
  if (!require(call, x->rank == 4 && x->extents[1] > 0 && x->extents[2] > 0 && x->extents[3] % 4 == 0,
               "x of 4 axes with four places a channel") ||
      !require(call, is_vector(bias, x->extents[3] / 4), "bias with one value a channel of the result"))
    return;
  Work work = {x->extents[1] - 1, x->extents[2] - 1, x->extents[3] / 4, x->values, bias->values, NULL, NULL};
  const int64_t result[4] = {x->extents[0], 2 * work.height, 2 * work.width, work.channels};
  work.to = make_output(call, 0, 4, result).values;
  if (work.to) for_each(result[0] * result[1], spread_row, &work);
}

static void compute_gradient(Call *call) {
  const Array *dy = &call->inputs[0];
  if (!require(call, dy->rank == 4 && dy->extents[1] % 2 == 0 && dy->extents[2] % 2 == 0, "dy of 4 axes with even sides"))
    return;
  Work work = {dy->extents[1] / 2, dy->extents[2] / 2, dy->extents[3], dy->values, NULL, NULL, NULL};
  const int64_t images = dy->extents[0], channels = work.channels, wide = (channels + lanes - 1) / lanes * lanes;
  const int64_t products[4] = {images, work.height + 1, work.width + 1, 4 * channels};
  work.to = make_output(call, 0, 4, products).values;
  float *dbias = make_output(call, 1, 1, &channels).values;
  const int64_t rows = images * 2 * work.height;
  work.sums = calloc((size_t)(rows * wide) + 1, sizeof(float));
  if (work.to && dbias) {
    for_each(images * products[1], gather_row, &work);
    for_each(rows, sum_row, &work);
    for (int64_t c = 0; c < channels; c++) {
      double sum = 0;
      for (int64_t row = 0; row < rows; row++) sum += work.sums[row * wide + c];
      dbias[c] = (float)sum;
    }
  }
  free(work.sums);
}

const Op interleave = {
    .name = "DdpmDipInterleave",
    .inputs = {"x: float", "bias: float"},
    .outputs = {"y: float"},
    .shaped_like = {unknown_shape},
    .compute = compute_forward,
};

const Op interleave_gradient = {
    .name = "DdpmDipInterleaveGrad",
    .inputs = {"dy: float"},
    .outputs = {"dx: float", "dbias: float"},
    .shaped_like = {unknown_shape, unknown_shape},
    .compute = compute_gradient,
};
