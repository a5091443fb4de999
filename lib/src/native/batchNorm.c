/*
 * Batch normalisation with the statistics of the batch (Ioffe & Szegedy 2015), then LeakyReLU and a frame of mirrored pixels
 * where asked for, and its gradient. Two readings and one writing each way, in place of as many for each of the three.
 */
#include <stdlib.h>

#include "columns.h"
#include "margins.h"
#include "ops.h"
#include "parallel.h"

typedef struct {
  int64_t images, height, width, channels, wide, margin, block_rows, blocks_an_image;
  bool leaky;
  float slope;
  const float *x, *dy;
  float *y, *dx;
  /* A constant a channel in each row; sums of each block. */
  float *constants, *sums;
} Norm;

enum { constant_rows = 4, sum_rows = 2 };

/** Rows of one image. */
typedef struct {
  int64_t image, first, rows;
} Block;

static Block find_block(const Norm *norm, int64_t index) {
  Block block = {index / norm->blocks_an_image, index % norm->blocks_an_image * norm->block_rows, norm->block_rows};
  if (block.first + block.rows > norm->height) block.rows = norm->height - block.first;
  return block;
}

static int64_t plain_row(const Norm *norm, int64_t image, int64_t row) {
  return (image * norm->height + row) * norm->width * norm->channels;
}

static int64_t framed_row(const Norm *norm, int64_t image, int64_t row) {
  const int64_t margin = norm->margin, stride = (norm->width + 2 * margin) * norm->channels;
  return (image * (norm->height + 2 * margin) + margin + row) * stride;
}

static void sum_block(int64_t index, void *shared) {
  const Norm *norm = shared;
  const Block block = find_block(norm, index);
  float *sum = norm->sums + index * sum_rows * norm->wide, *squares = sum + norm->wide;
  const float *x = norm->x + plain_row(norm, block.image, block.first), *pivot = norm->constants;
  FOR_PIXELS(block.rows * norm->width, norm->channels, {
    const vector value = take(x + at, left) - load(pivot + c);
    store(sum + c, load(sum + c) + value);
    store(squares + c, load(squares + c) + value * value);
  });
}

INLINE vector leak(vector value, vector of, float slope) { return choose(of > 0.0f, value, value * slope); }

static void normalise_block(int64_t index, void *shared) {
  const Norm *norm = shared;
  const Block block = find_block(norm, index);
  const float *mean = norm->constants, *scale = mean + norm->wide, *bias = scale + norm->wide;
  const int64_t margin = norm->margin, channels = norm->channels;
  const float slope = norm->leaky ? norm->slope : 1;
  for (int64_t row = block.first; row < block.first + block.rows; row++) {
    const float *x = norm->x + plain_row(norm, block.image, row);
    float *framed = norm->y + framed_row(norm, block.image, row), *y = framed + margin * channels;
    FOR_PIXELS(norm->width, channels, {
      const vector value = (take(x + at, left) - load(mean + c)) * load(scale + c) + load(bias + c);
      put(y + at, leak(value, value, slope), left);
    });
    mirror_row(framed, norm->width, channels, margin);
    const size_t bytes = (size_t)((norm->width + 2 * margin) * channels) * sizeof(float);
    if (row > 0 && row <= margin) memcpy(norm->y + framed_row(norm, block.image, -row), framed, bytes);
    const int64_t below = 2 * (norm->height - 1) - row;
    if (below >= norm->height && below < norm->height + margin)
      memcpy(norm->y + framed_row(norm, block.image, below), framed, bytes);
  }
}

/** What flows back to the normalised values, before the activation, is kept in dx; its sums with them. */
static void fold_block(int64_t index, void *shared) {
  const Norm *norm = shared;
  const Block block = find_block(norm, index);
  float *sum = norm->sums + index * sum_rows * norm->wide, *aligned = sum + norm->wide;
  const float *mean = norm->constants, *inverse = mean + norm->wide, *weight = inverse + norm->wide,
              *bias = weight + norm->wide;
  const bool leaky = norm->leaky;
  for (int64_t row = block.first; row < block.first + block.rows; row++) {
    const float *x = norm->x + plain_row(norm, block.image, row), *dy = norm->dy + plain_row(norm, block.image, row);
    float *dx = norm->dx + plain_row(norm, block.image, row);
    if (norm->margin > 0) {
      const float *framed = norm->dy + framed_row(norm, block.image, -norm->margin);
      fold_row(dx, framed, row, norm->height, norm->width, norm->channels, norm->margin);
      dy = dx;
    }
    FOR_PIXELS(norm->width, norm->channels, {
      const vector normal = (take(x + at, left) - load(mean + c)) * load(inverse + c);
      vector inner = take(dy + at, left);
      if (leaky) inner = leak(inner, normal * load(weight + c) + load(bias + c), norm->slope);
      put(dx + at, inner, left);
      store(sum + c, load(sum + c) + inner);
      store(aligned + c, load(aligned + c) + inner * normal);
    });
  }
}

static void spread_block(int64_t index, void *shared) {
  const Norm *norm = shared;
  const Block block = find_block(norm, index);
  const float *mean = norm->constants, *of_inner = mean + norm->wide, *of_x = of_inner + norm->wide,
              *offset = of_x + norm->wide;
  const float *x = norm->x + plain_row(norm, block.image, block.first);
  float *dx = norm->dx + plain_row(norm, block.image, block.first);
  FOR_PIXELS(block.rows * norm->width, norm->channels, {
    const vector inner = take(dx + at, left) * load(of_inner + c);
    put(dx + at, inner + (take(x + at, left) - load(mean + c)) * load(of_x + c) + load(offset + c), left);
  });
}

static int64_t blocks_of(const Norm *norm) { return norm->images * norm->blocks_an_image; }

static double sum_of(const Norm *norm, int row, int64_t channel) {
  double sum = 0;
  for (int64_t block = 0; block < blocks_of(norm); block++)
    sum += norm->sums[(block * sum_rows + row) * norm->wide + channel];
  return sum;
}

/** What both directions check and share. Their inputs begin with x, weight, bias. `constants` is to be freed. */
static bool open_norm(Call *call, Norm *norm) {
  const Array *x = &call->inputs[0];
  const int64_t margin = call->settings->margin;
  if (!require(call, x->rank == 4 && count(x) > 0, "x of 4 axes, not empty")) return false;
  const int64_t height = x->extents[1], width = x->extents[2], channels = x->extents[3];
  if (!require(call, is_vector(&call->inputs[1], channels) && is_vector(&call->inputs[2], channels),
               "weight and bias with one value a channel of x") ||
      !require(call, margin >= 0 && (margin == 0 || (height > margin && width > margin)),
               "sides of x larger than the margin"))
    return false;
  *norm = (Norm){.images = x->extents[0],
                 .height = height,
                 .width = width,
                 .channels = channels,
                 .wide = (channels + lanes - 1) / lanes * lanes,
                 .margin = margin,
                 .block_rows = width < block_pixels ? block_pixels / (width > 0 ? width : 1) : 1,
                 .leaky = call->settings->slope != 1,
                 .slope = call->settings->slope,
                 .x = x->values};
  norm->blocks_an_image = (height + norm->block_rows - 1) / norm->block_rows;
  norm->constants = must(calloc((size_t)(norm->wide * (constant_rows + sum_rows * blocks_of(norm))), sizeof(float)));
  norm->sums = norm->constants + norm->wide * constant_rows;
  return true;
}

static void normalise(Call *call, Norm *norm, float *mean, float *inverse) {
  const float *weight = call->inputs[1].values, *bias = call->inputs[2].values;
  const double values = (double)(norm->images * norm->height * norm->width);
  /* Sums of distances to one of the values: the variance is lost in them where the mean is far from 0. */
  if (values > 0) memcpy(norm->constants, norm->x, (size_t)norm->channels * sizeof(float));
  for_each(blocks_of(norm), sum_block, norm);
  for (int64_t c = 0; c < norm->channels; c++) {
    const double distance = sum_of(norm, 0, c) / values;
    const double variance = sum_of(norm, 1, c) / values - distance * distance;
    const double r = 1 / sqrt((variance < 0 ? 0 : variance) + (double)call->settings->epsilon);
    const double m = norm->constants[c] + distance;
    mean[c] = (float)m;
    inverse[c] = (float)r;
    norm->constants[c] = (float)m;
    norm->constants[norm->wide + c] = (float)(r * weight[c]);
    norm->constants[2 * norm->wide + c] = bias[c];
  }
  for_each(blocks_of(norm), normalise_block, norm);
}

static void flow_back(Call *call, Norm *norm, float *dweight, float *dbias) {
  const float *weight = call->inputs[1].values, *bias = call->inputs[2].values;
  const float *mean = call->inputs[3].values, *inverse = call->inputs[4].values;
  const double values = (double)(norm->images * norm->height * norm->width);
  float *const row[constant_rows] = {norm->constants, norm->constants + norm->wide, norm->constants + 2 * norm->wide,
                                     norm->constants + 3 * norm->wide};
  for (int64_t c = 0; c < norm->channels; c++) {
    row[0][c] = mean[c];
    row[1][c] = inverse[c];
    row[2][c] = weight[c];
    row[3][c] = bias[c];
  }
  for_each(blocks_of(norm), fold_block, norm);
  for (int64_t c = 0; c < norm->channels; c++) {
    const double sum = sum_of(norm, 0, c), aligned = sum_of(norm, 1, c);
    const double scale = (double)inverse[c] * weight[c], r = inverse[c];
    dbias[c] = (float)sum;
    dweight[c] = (float)aligned;
    row[1][c] = (float)scale;
    row[2][c] = (float)(-scale * r * aligned / values);
    row[3][c] = (float)(-scale * sum / values);
  }
  for_each(blocks_of(norm), spread_block, norm);
}

static void compute_forward(Call *call) {
  Norm norm;
  if (!open_norm(call, &norm)) return;
  const int64_t margin = norm.margin;
  const int64_t framed[4] = {norm.images, norm.height + 2 * margin, norm.width + 2 * margin, norm.channels};
  norm.y = make_output(call, 0, 4, framed).values;
  float *mean = make_output(call, 1, 1, &norm.channels).values;
  float *inverse = make_output(call, 2, 1, &norm.channels).values;
  if (norm.y && mean && inverse) normalise(call, &norm, mean, inverse);
  free(norm.constants);
}

static void compute_gradient(Call *call) {
  Norm norm;
  if (!open_norm(call, &norm)) return;
  const Array *dy = &call->inputs[5];
  const int64_t margin = norm.margin;
  const Array framed = {NULL, 4, {norm.images, norm.height + 2 * margin, norm.width + 2 * margin, norm.channels}};
  if (require(call, is_vector(&call->inputs[3], norm.channels) && is_vector(&call->inputs[4], norm.channels),
              "mean and inverse with one value a channel of x") &&
      require(call, same_shape(dy, &framed), "dy of the shape of x with the margin around it")) {
    norm.dy = dy->values;
    norm.dx = make_output(call, 0, 4, call->inputs[0].extents).values;
    float *dweight = make_output(call, 1, 1, &norm.channels).values;
    float *dbias = make_output(call, 2, 1, &norm.channels).values;
    if (norm.dx && dweight && dbias) flow_back(call, &norm, dweight, dbias);
  }
  free(norm.constants);
}

const Op batch_norm = {
    .name = "DdpmDipBatchNorm",
    .inputs = {"x: float", "weight: float", "bias: float"},
    .outputs = {"y: float", "mean: float", "inverse: float"},
    .attributes = {"epsilon: float", "slope: float", "margin: int"},
    .shaped_like = {unknown_shape, 1, 2},
    .compute = compute_forward,
};

const Op batch_norm_gradient = {
    .name = "DdpmDipBatchNormGrad",
    .inputs = {"x: float", "weight: float", "bias: float", "mean: float", "inverse: float", "dy: float"},
    .outputs = {"dx: float", "dweight: float", "dbias: float"},
    .attributes = {"epsilon: float", "slope: float", "margin: int"},
    .shaped_like = {0, 1, 2},
    .compute = compute_gradient,
};
