/*
 * SiLU of (x + bias)(1 + scale) + shift, scale and shift of each image and channel (FiLM, Perez et al. 2018), and its gradient:
 * lib/src/nn/film.ts. One pass in place of the nine of TensorFlow's ops; sums of the gradient are taken over blocks of pixels in
 * float32 and over the blocks in float64, in an order that does not depend on the threads.
 */
#include <stdlib.h>

#include "columns.h"
#include "ops.h"
#include "parallel.h"

enum { sum_rows = 2 };

typedef struct {
  int64_t images, pixels, channels, wide, blocks;
  const float *x, *bias, *scale, *shift, *dy;
  float *y, *dx;
  /* For each image 1 + scale, then bias (1 + scale) + shift; for each block its sums. */
  float *constants, *sums;
} Film;

/** A block of pixels of an image. */
typedef struct {
  int64_t offset, pixels;
  const float *factor, *offsets;
} Block;

static Block find_block(const Film *film, int64_t index) {
  const int64_t image = index / film->blocks, first = index % film->blocks * block_pixels;
  const int64_t left = film->pixels - first;
  const float *constants = film->constants + image * 2 * film->wide;
  return (Block){(image * film->pixels + first) * film->channels, left < block_pixels ? left : block_pixels, constants,
                 constants + film->wide};
}

static void forward_block(int64_t index, void *shared) {
  const Film *film = shared;
  const Block block = find_block(film, index);
  const float *x = film->x + block.offset;
  float *y = film->y + block.offset;
  FOR_PIXELS(block.pixels, film->channels, {
    const vector value = take(x + at, left) * load(block.factor + c) + load(block.offsets + c);
    put(y + at, value * sigmoid(value), left);
  });
}

static void gradient_block(int64_t index, void *shared) {
  const Film *film = shared;
  const Block block = find_block(film, index);
  const float *x = film->x + block.offset, *dy = film->dy + block.offset;
  float *dx = film->dx + block.offset, *sum = film->sums + index * sum_rows * film->wide, *aligned = sum + film->wide;
  FOR_PIXELS(block.pixels, film->channels, {
    const vector input = take(x + at, left), factor = load(block.factor + c);
    const vector value = input * factor + load(block.offsets + c);
    const vector gate = sigmoid(value);
    const vector inner = take(dy + at, left) * gate * (1.0f + value * (1.0f - gate));
    put(dx + at, inner * factor, left);
    store(sum + c, load(sum + c) + inner);
    store(aligned + c, load(aligned + c) + inner * input);
  });
}

/** What both directions check and share. Their inputs begin with x, bias, scale, shift. */
static bool open_film(Call *call, Film *film, int64_t sums) {
  const Array *x = &call->inputs[0], *bias = &call->inputs[1], *scale = &call->inputs[2], *shift = &call->inputs[3];
  if (!require(call, x->rank == 4 && count(x) > 0, "x of 4 axes, not empty")) return false;
  const int64_t images = x->extents[0], channels = x->extents[3], pixels = x->extents[1] * x->extents[2];
  if (!require(call, is_vector(bias, channels), "bias with one value a channel of x") ||
      !require(call, scale->rank == 2 && scale->extents[0] == images && scale->extents[1] == channels && same_shape(scale, shift),
               "scale and shift with one value an image and channel of x"))
    return false;
  *film = (Film){.images = images,
                 .pixels = pixels,
                 .channels = channels,
                 .wide = (channels + lanes - 1) / lanes * lanes,
                 .blocks = (pixels + block_pixels - 1) / block_pixels,
                 .x = x->values,
                 .bias = bias->values,
                 .scale = scale->values,
                 .shift = shift->values};
  const int64_t tables = images * 2 * film->wide;
  film->constants = must(calloc((size_t)(tables + images * film->blocks * sums * film->wide), sizeof(float)));
  film->sums = film->constants + tables;
  for (int64_t image = 0; image < images; image++)
    for (int64_t c = 0; c < channels; c++) {
      const int64_t at = image * channels + c;
      float *factor = film->constants + image * 2 * film->wide + c;
      factor[0] = 1 + film->scale[at];
      factor[film->wide] = film->bias[c] * factor[0] + film->shift[at];
    }
  return true;
}

static void compute_forward(Call *call) {
  Film film;
  if (!open_film(call, &film, 0)) return;
  film.y = make_output(call, 0, 4, call->inputs[0].extents).values;
  if (film.y) for_each(film.images * film.blocks, forward_block, &film);
  free(film.constants);
}

static void compute_gradient(Call *call) {
  const Array *x = &call->inputs[0], *scale = &call->inputs[2], *dy = &call->inputs[4];
  Film film;
  if (!require(call, same_shape(x, dy), "dy of the shape of x") || !open_film(call, &film, sum_rows)) return;
  film.dy = dy->values;
  film.dx = make_output(call, 0, 4, x->extents).values;
  float *dbias = make_output(call, 1, 1, &film.channels).values;
  float *dscale = make_output(call, 2, 2, scale->extents).values, *dshift = make_output(call, 3, 2, scale->extents).values;
  if (film.dx && dbias && dscale && dshift) {
    for_each(film.images * film.blocks, gradient_block, &film);
    for (int64_t c = 0; c < film.channels; c++) {
      double over_images = 0;
      for (int64_t image = 0; image < film.images; image++) {
        double sum = 0, aligned = 0;
        for (int64_t block = image * film.blocks; block < (image + 1) * film.blocks; block++) {
          sum += film.sums[block * sum_rows * film.wide + c];
          aligned += film.sums[(block * sum_rows + 1) * film.wide + c];
        }
        const int64_t at = image * film.channels + c;
        dshift[at] = (float)sum;
        dscale[at] = (float)(aligned + film.bias[c] * sum);
        over_images += (1 + (double)film.scale[at]) * sum;
      }
      dbias[c] = (float)over_images;
    }
  }
  free(film.constants);
}

const Op film = {
    .name = "DdpmDipFilm",
    .inputs = {"x: float", "bias: float", "scale: float", "shift: float"},
    .outputs = {"y: float"},
    .shaped_like = {0},
    .compute = compute_forward,
};

const Op film_gradient = {
    .name = "DdpmDipFilmGrad",
    .inputs = {"x: float", "bias: float", "scale: float", "shift: float", "dy: float"},
    .outputs = {"dx: float", "dbias: float", "dscale: float", "dshift: float"},
    .shaped_like = {0, 1, 2, 3},
    .compute = compute_gradient,
};
