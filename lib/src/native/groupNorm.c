/*
 * Group normalisation of x + shift (Wu & He 2018), then SiLU where asked for, and its gradient: lib/src/nn/groupNorm.ts has
 * the formulas. An image is read for its sums and read again while it is still in the cache; sums are taken over blocks of
 * pixels in float32 and over the blocks in float64, in an order that does not depend on the threads.
 */
#include <stdlib.h>

#include "columns.h"
#include "ops.h"
#include "parallel.h"

typedef struct {
  Call *call;
  int64_t pixels, channels, wide, groups, members, blocks;
  bool shifted, silu;
  const float *x, *weight, *bias, *shift, *dy;
  float *mean, *inverse, *y;
  float *dx, *dweight, *dbias, *dshift;
  /* Of the image at hand: constants a channel, and sums a block. */
  float *constants, *sums;
} Norm;

/** Where an image's own working memory is. */
typedef struct {
  const Norm *norm;
  int64_t image;
  float *constants, *sums;
} Image;

enum { forward_sums = 2, gradient_sums = 3, constant_rows = 4 };

static int64_t offset_of(const Image *image, int64_t block) {
  return (image->image * image->norm->pixels + block * block_pixels) * image->norm->channels;
}

static int64_t pixels_of(const Norm *norm, int64_t block) {
  int64_t left = norm->pixels - block * block_pixels;
  return left < block_pixels ? left : block_pixels;
}

static void sum_block(int64_t block, void *shared) {
  const Image *image = shared;
  const Norm *norm = image->norm;
  float *sum = image->sums + block * forward_sums * norm->wide, *squares = sum + norm->wide;
  const float *x = norm->x + offset_of(image, block), *pivot = image->constants;
  FOR_PIXELS(pixels_of(norm, block), norm->channels, {
    const vector value = take(x + at, left) - load(pivot + c);
    store(sum + c, load(sum + c) + value);
    store(squares + c, load(squares + c) + value * value);
  });
}

/** Mean and variance of a group from the sums of its channels. */
static void pool_channels(const Image *image, int64_t group, const float *shift, double *mean, double *variance) {
  const Norm *norm = image->norm;
  const double pixels = (double)norm->pixels, members = (double)norm->members;
  double total = 0, squares = 0, distances = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int64_t c = group * norm->members; c < (group + 1) * norm->members; c++) {
      double sum = 0, square = 0;
      for (int64_t block = 0; block < norm->blocks; block++) {
        sum += image->sums[block * forward_sums * norm->wide + c];
        square += image->sums[(block * forward_sums + 1) * norm->wide + c];
      }
      const double own = image->constants[c] + (shift ? shift[c] : 0) + sum / pixels;
      if (pass == 0) {
        total += own;
        squares += square - sum * sum / pixels;
      } else {
        distances += (own - total / members) * (own - total / members);
      }
    }
  *mean = total / members;
  *variance = squares / (pixels * members) + distances / members;
}

static void normalise_block(int64_t block, void *shared) {
  const Image *image = shared;
  const Norm *norm = image->norm;
  const float *scale = image->constants, *offset = scale + norm->wide;
  const float *x = norm->x + offset_of(image, block);
  float *y = norm->y + offset_of(image, block);
  bool silu = norm->silu;
  FOR_PIXELS(pixels_of(norm, block), norm->channels, {
    vector value = take(x + at, left) * load(scale + c) + load(offset + c);
    if (silu) value *= sigmoid(value);
    put(y + at, value, left);
  });
}

static void forward_image(int64_t index, void *shared) {
  const Norm *norm = shared;
  const int64_t wide = norm->wide, channels = norm->channels;
  float *memory = must(calloc((size_t)(wide * (constant_rows + norm->blocks * forward_sums)), sizeof(float)));
  Image image = {norm, index, memory, memory + wide * constant_rows};
  const float *shift = norm->shifted ? norm->shift + index * channels : NULL;
  /* Sums of distances to one of the values: the variance is lost in them where the mean is far from 0. */
  if (norm->pixels > 0) memcpy(image.constants, norm->x + offset_of(&image, 0), (size_t)channels * sizeof(float));
  for_each(norm->blocks, sum_block, &image);
  for (int64_t g = 0; g < norm->groups; g++) {
    double mean, variance;
    pool_channels(&image, g, shift, &mean, &variance);
    /* Not fmax, which takes the number of a number and NaN. */
    double inverse = 1 / sqrt((variance < 0 ? 0 : variance) + (double)norm->call->settings->epsilon);
    norm->mean[index * norm->groups + g] = (float)mean;
    norm->inverse[index * norm->groups + g] = (float)inverse;
    for (int64_t c = g * norm->members; c < (g + 1) * norm->members; c++) {
      double scale = inverse * norm->weight[c];
      image.constants[c] = (float)scale;
      image.constants[wide + c] = (float)(norm->bias[c] + ((shift ? shift[c] : 0) - mean) * scale);
    }
  }
  for_each(norm->blocks, normalise_block, &image);
  free(memory);
}

/** What flows back to the normalised values is kept in dx; its sums with them. */
static void gate_block(int64_t block, void *shared) {
  const Image *image = shared;
  const Norm *norm = image->norm;
  const int64_t wide = norm->wide;
  float *sum = image->sums + block * gradient_sums * wide, *aligned = sum + wide, *normals = aligned + wide;
  const float *scale = image->constants, *offset = scale + wide, *weight = offset + wide, *bias = weight + wide;
  const float *x = norm->x + offset_of(image, block), *dy = norm->dy + offset_of(image, block);
  float *dx = norm->dx + offset_of(image, block);
  bool silu = norm->silu;
  FOR_PIXELS(pixels_of(norm, block), norm->channels, {
    vector normal = take(x + at, left) * load(scale + c) + load(offset + c);
    vector inner = take(dy + at, left);
    if (silu) {
      vector y = normal * load(weight + c) + load(bias + c);
      vector gate = sigmoid(y);
      inner *= gate * (1.0f + y * (1.0f - gate));
    }
    put(dx + at, inner, left);
    store(sum + c, load(sum + c) + inner);
    store(aligned + c, load(aligned + c) + inner * normal);
    store(normals + c, load(normals + c) + normal);
  });
}

static void spread_block(int64_t block, void *shared) {
  const Image *image = shared;
  const Norm *norm = image->norm;
  const float *of_inner = image->constants, *of_x = of_inner + norm->wide, *offset = of_x + norm->wide;
  const float *x = norm->x + offset_of(image, block);
  float *dx = norm->dx + offset_of(image, block);
  FOR_PIXELS(pixels_of(norm, block), norm->channels, {
    vector inner = take(dx + at, left) * load(of_inner + c);
    put(dx + at, inner + take(x + at, left) * load(of_x + c) + load(offset + c), left);
  });
}

static void gradient_image(int64_t index, void *shared) {
  const Norm *norm = shared;
  const int64_t wide = norm->wide, channels = norm->channels, members = norm->members;
  float *memory = must(calloc((size_t)(wide * (constant_rows + norm->blocks * gradient_sums)), sizeof(float)));
  Image image = {norm, index, memory, memory + wide * constant_rows};
  float *const row[constant_rows] = {memory, memory + wide, memory + 2 * wide, memory + 3 * wide};
  const float *shift = norm->shifted ? norm->shift + index * channels : NULL;
  const float *mean = norm->mean + index * norm->groups, *inverse = norm->inverse + index * norm->groups;
  for (int64_t c = 0; c < channels; c++) {
    int64_t g = c / members;
    row[0][c] = inverse[g];
    row[1][c] = ((shift ? shift[c] : 0) - mean[g]) * inverse[g];
    row[2][c] = norm->weight[c];
    row[3][c] = norm->bias[c];
  }
  for_each(norm->blocks, gate_block, &image);
  double values = (double)(norm->pixels * members);
  for (int64_t g = 0; g < norm->groups; g++) {
    double first = 0, second = 0;
    for (int64_t c = g * members; c < (g + 1) * members; c++) {
      double sum = 0, aligned = 0, normals = 0;
      for (int64_t block = 0; block < norm->blocks; block++) {
        const float *sums = image.sums + block * gradient_sums * wide + c;
        sum += sums[0];
        aligned += sums[wide];
        normals += sums[2 * wide];
      }
      first += sum * norm->weight[c] / values;
      second += aligned * norm->weight[c] / values;
      norm->dweight[index * channels + c] = (float)aligned;
      norm->dbias[index * channels + c] = (float)sum;
      if (shift) norm->dshift[index * channels + c] = (float)normals;
    }
    for (int64_t c = g * members; c < (g + 1) * members; c++) {
      double r = inverse[g], m = (double)mean[g] - (shift ? shift[c] : 0);
      if (shift) {
        float *to = &norm->dshift[index * channels + c];
        *to = (float)(r * (norm->weight[c] * (double)norm->dbias[index * channels + c] -
                           (double)norm->pixels * first - second * (double)*to));
      }
      row[0][c] = (float)(r * norm->weight[c]);
      row[1][c] = (float)(-second * r * r);
      row[2][c] = (float)(r * (second * m * r - first));
    }
  }
  for_each(norm->blocks, spread_block, &image);
  free(memory);
}

/** What both directions check and share. Their inputs begin with x, weight, bias, shift. */
static bool open_norm(Call *call, Norm *norm) {
  const Array *x = &call->inputs[0], *shift = &call->inputs[3];
  const int64_t groups = call->settings->groups;
  if (!require(call, x->rank == 4 && count(x) > 0, "x of 4 axes, not empty")) return false;
  const int64_t images = x->extents[0], channels = x->extents[3];
  if (!require(call, groups > 0 && channels % groups == 0, "channels of x that divide into the groups") ||
      !require(call, is_vector(&call->inputs[1], channels) && is_vector(&call->inputs[2], channels),
               "weight and bias with one value a channel of x") ||
      !require(call, is_vector(shift, 0) || (shift->rank == 2 && shift->extents[0] == images && shift->extents[1] == channels),
               "shift empty or with one value an image and channel of x"))
    return false;
  const int64_t pixels = x->extents[1] * x->extents[2];
  *norm = (Norm){.call = call,
                 .pixels = pixels,
                 .channels = channels,
                 .wide = (channels + lanes - 1) / lanes * lanes,
                 .groups = groups,
                 .members = channels / groups,
                 .blocks = (pixels + block_pixels - 1) / block_pixels,
                 .shifted = shift->rank == 2,
                 .silu = call->settings->silu,
                 .x = x->values,
                 .weight = call->inputs[1].values,
                 .bias = call->inputs[2].values,
                 .shift = shift->values};
  return true;
}

static void compute_forward(Call *call) {
  Norm norm;
  if (!open_norm(call, &norm)) return;
  const Array *x = &call->inputs[0];
  const int64_t table[2] = {x->extents[0], norm.groups};
  norm.y = make_output(call, 0, 4, x->extents).values;
  norm.mean = make_output(call, 1, 2, table).values;
  norm.inverse = make_output(call, 2, 2, table).values;
  if (norm.y && norm.mean && norm.inverse) for_each(x->extents[0], forward_image, &norm);
}

static void compute_gradient(Call *call) {
  Norm norm;
  if (!open_norm(call, &norm)) return;
  const Array *x = &call->inputs[0], *mean = &call->inputs[4], *inverse = &call->inputs[5], *dy = &call->inputs[6];
  const int64_t images = x->extents[0], channels = norm.channels;
  if (!require(call, mean->rank == 2 && mean->extents[0] == images && mean->extents[1] == norm.groups &&
                         same_shape(mean, inverse),
               "mean and inverse with one value an image and group") ||
      !require(call, same_shape(x, dy), "dy of the shape of x"))
    return;
  norm.mean = mean->values;
  norm.inverse = inverse->values;
  norm.dy = dy->values;
  const int64_t none = 0, table[2] = {images, channels};
  norm.dx = make_output(call, 0, 4, x->extents).values;
  float *dweight = make_output(call, 1, 1, &channels).values, *dbias = make_output(call, 2, 1, &channels).values;
  norm.dshift = (norm.shifted ? make_output(call, 3, 2, table) : make_output(call, 3, 1, &none)).values;
  float *each = must(calloc((size_t)(2 * images * channels) + 1, sizeof(float)));
  norm.dweight = each;
  norm.dbias = each + images * channels;
  if (norm.dx && dweight && dbias && norm.dshift) {
    for_each(images, gradient_image, &norm);
    for (int64_t c = 0; c < channels; c++) {
      double weight = 0, bias = 0;
      for (int64_t i = 0; i < images; i++) {
        weight += norm.dweight[i * channels + c];
        bias += norm.dbias[i * channels + c];
      }
      dweight[c] = (float)weight;
      dbias[c] = (float)bias;
    }
  }
  free(each);
}

const Op group_norm = {
    .name = "DdpmDipGroupNorm",
    .inputs = {"x: float", "weight: float", "bias: float", "shift: float"},
    .outputs = {"y: float", "mean: float", "inverse: float"},
    .attributes = {"epsilon: float", "groups: int", "silu: bool"},
    .shaped_like = {0, unknown_shape, unknown_shape},
    .compute = compute_forward,
};

const Op group_norm_gradient = {
    .name = "DdpmDipGroupNormGrad",
    .inputs = {"x: float", "weight: float", "bias: float", "shift: float", "mean: float", "inverse: float", "dy: float"},
    .outputs = {"dx: float", "dweight: float", "dbias: float", "dshift: float"},
    .attributes = {"epsilon: float", "groups: int", "silu: bool"},
    .shaped_like = {0, 1, 2, 3},
    .compute = compute_gradient,
};
