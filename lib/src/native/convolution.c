/*
 * 3x3 convolutions at stride 1 by the minimal filtering F(4x4, 3x3) of Winograd as Lavin and Gray (2016) use it: tiles of
 * 6x6 pixels and the weights are transformed, multiplied place by place, and transformed back to 4x4 pixels, for a quarter
 * of the multiplications. The gradients are the adjoints of the same transforms. What is mirrored around x or enlarged before
 * is in lib/src/nn/convolution.ts.
 */
#include <stdlib.h>

#include "columns.h"
#include "ops.h"
#include "parallel.h"

/** Sides of a tile and of what it gives, places of a tile, and accumulators of a product: rows times vectors. */
enum { in_side = 6, out_side = 4, kernel_side = 3, places = in_side * in_side };
#if defined(__AVX512F__)
enum { most_rows = 6, most_vectors = 4 };
#else
enum { most_rows = 6, most_vectors = 2 };
#endif

/** Bytes of transformed tiles that are held at once, about half a second-level cache, and tiles of a piece of a round. */
enum { held_bytes = 900 << 10, piece_tiles = 8 };

enum purpose { for_weights, for_tiles, for_zeros, purposes };

/** Images cut into tiles. Pixel (r, c) of what the tiles show is pixel (r >> halving, c >> halving) of the image. */
typedef struct {
  float *pixels;
  int64_t height, width, channels, margin;
  int halving;
} Images;

typedef struct {
  Images in, out;
  /** Tiles a column and a row of an image, all tiles, and those of a piece or round. */
  int64_t rows, columns, tiles, held;
  /** Channels of the result in whole vectors and of one product, and values from a place to the next. */
  int64_t wide, panel, in_stride, out_stride, weight_stride;
  const float *bias, *added, *zeros;
  float *weights, *held_in, *held_out;
  const float *kernel;
  float *kernel_gradient;
  int64_t first, count;
  bool flipped, relu;
} Convolution;

static int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

/**
 * Memory for a purpose, kept by the thread for its next convolution: what is given back to the system is cleared page by page
 * when it is asked for again, which takes as long as small convolutions do.
 */
static float *borrow(enum purpose purpose, int64_t values) {
  static _Thread_local struct {
    float *first;
    int64_t values;
  } kept[purposes];
  if (kept[purpose].values < values) {
    free(kept[purpose].first);
    kept[purpose].first = must(aligned_alloc(64, (size_t)round_up(values, 16) * sizeof(float)));
    kept[purpose].values = values;
  }
  return kept[purpose].first;
}

/** B^T d. */
INLINE void transform_in(const vector d[6], vector r[6]) {
  const vector a = d[4] - 4.0f * d[2], b = d[3] - 4.0f * d[1], c = d[4] - d[2], e = 2.0f * (d[3] - d[1]);
  r[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
  r[1] = a + b;
  r[2] = a - b;
  r[3] = c + e;
  r[4] = c - e;
  r[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
}

/** A^T m. */
INLINE void transform_out(const vector m[6], vector r[4]) {
  const vector a = m[1] + m[2], b = m[1] - m[2], c = m[3] + m[4], d = m[3] - m[4];
  r[0] = m[0] + a + c;
  r[1] = b + 2.0f * d;
  r[2] = a + 4.0f * c;
  r[3] = b + 8.0f * d + m[5];
}

/** A y. */
INLINE void transform_back(const vector y[4], vector r[6]) {
  const vector a = y[0] + y[2], b = y[1] + y[3], c = y[0] + 4.0f * y[2], d = 2.0f * y[1] + 8.0f * y[3];
  r[0] = y[0];
  r[1] = a + b;
  r[2] = a - b;
  r[3] = c + d;
  r[4] = c - d;
  r[5] = y[3];
}

/** G g. */
INLINE void transform_kernel(const vector g[3], vector r[6]) {
  const vector a = (g[0] + g[2]) * (-1.0f / 6), b = g[1] * (1.0f / 6);
  const vector c = g[0] * (1.0f / 24) + g[2] * (1.0f / 6), d = g[1] * (1.0f / 12);
  r[0] = 0.25f * g[0];
  r[1] = a - b;
  r[2] = a + b;
  r[3] = c + d;
  r[4] = c - d;
  r[5] = g[2];
}

/** G^T u. */
INLINE void fold_kernel(const vector u[6], vector r[3]) {
  const vector a = (u[1] + u[2]) * (-1.0f / 6), b = u[3] + u[4];
  r[0] = 0.25f * u[0] + a + b * (1.0f / 24);
  r[1] = (u[2] - u[1]) * (1.0f / 6) + (u[3] - u[4]) * (1.0f / 12);
  r[2] = a + b * (1.0f / 6) + u[5];
}

/** Applies a transform to the columns, then to the rows, of a square of vectors. */
#define TRANSFORM_BOTH(transform, from_side, to_side, from, to)                                        \
  do {                                                                                                 \
    vector column_[from_side], line_[to_side], half_[to_side][from_side];                              \
    _Pragma("GCC unroll 6") for (int j_ = 0; j_ < from_side; j_++) {                                   \
      _Pragma("GCC unroll 6") for (int i_ = 0; i_ < from_side; i_++) column_[i_] = (from)[i_][j_];     \
      transform(column_, line_);                                                                       \
      _Pragma("GCC unroll 6") for (int i_ = 0; i_ < to_side; i_++) half_[i_][j_] = line_[i_];          \
    }                                                                                                  \
    _Pragma("GCC unroll 6") for (int i_ = 0; i_ < to_side; i_++) transform(half_[i_], (to)[i_]);       \
  } while (0)

/** Reads vectors of a square's pixels, or writes those of all places, whole or `left` values of each. */
#define LOAD_SQUARE(side, from, c, left, to)                                                                              \
  do {                                                                                                                    \
    if ((left) >= lanes)                                                                                                  \
      _Pragma("GCC unroll 36") for (int i_ = 0; i_ < side * side; i_++) (to)[i_ / side][i_ % side] = load((from)[i_] + c); \
    else                                                                                                                  \
      for (int i_ = 0; i_ < side * side; i_++) (to)[i_ / side][i_ % side] = load_some((from)[i_] + c, left);              \
  } while (0)

#define STORE_PLACES(first, stride, left, from)                                                       \
  do {                                                                                                \
    if ((left) >= lanes)                                                                              \
      _Pragma("GCC unroll 36") for (int i_ = 0; i_ < places; i_++)                                    \
          store((first) + i_ * (stride), (from)[i_ / in_side][i_ % in_side]);                         \
    else                                                                                              \
      for (int i_ = 0; i_ < places; i_++)                                                             \
        store_some((first) + i_ * (stride), (from)[i_ / in_side][i_ % in_side], left);                \
  } while (0)

/** Where the weights of an input channel and output channels from k on stand: by place, then by panels of vectors. */
static int64_t weight_place(const Convolution *of, int place, int64_t c, int64_t k) {
  const int64_t panel = k / of->panel * of->panel, left = of->wide - panel;
  const int64_t width = left < of->panel ? left : of->panel;
  return place * of->weight_stride + panel * of->in.channels + c * width + k - panel;
}

/** The weights of an input channel, transformed; for the gradient with the kernel turned about and its channels swapped. */
static void transform_weights(int64_t c, void *shared) {
  const Convolution *of = shared;
  const int64_t inputs = of->in.channels, outputs = of->out.channels;
  for (int64_t k = 0; k < outputs; k += lanes) {
    vector g[kernel_side][kernel_side], u[in_side][in_side];
    for (int i = 0; i < kernel_side; i++)
      for (int j = 0; j < kernel_side; j++) {
        if (!of->flipped) {
          g[i][j] = take(of->kernel + ((i * kernel_side + j) * inputs + c) * outputs + k, outputs - k);
          continue;
        }
        float turned[lanes] = {0};
        const float *from = of->kernel + ((2 - i) * kernel_side + 2 - j) * inputs * outputs + c;
        for (int64_t lane = 0; lane < lanes && k + lane < outputs; lane++) turned[lane] = from[(k + lane) * inputs];
        g[i][j] = load(turned);
      }
    TRANSFORM_BOTH(transform_kernel, kernel_side, in_side, g, u);
    STORE_PLACES(of->weights + weight_place(of, 0, c, k), of->weight_stride, lanes, u);
  }
}

/** The pixels of a square with its first at (top, left) of an image, zeros beyond the image's edges. */
static void find_pixels(const Convolution *of, const Images *images, int64_t image, int64_t top, int64_t left, int side,
                        const float **to) {
  const int64_t height = images->height << images->halving, width = images->width << images->halving;
  for (int i = 0; i < side; i++)
    for (int j = 0; j < side; j++) {
      const int64_t row = top + i, column = left + j;
      const bool there = row >= 0 && row < height && column >= 0 && column < width;
      const int64_t pixel = (image * images->height + (row >> images->halving)) * images->width + (column >> images->halving);
      to[i * side + j] = there ? images->pixels + pixel * images->channels : of->zeros;
    }
}

/** Which image a tile is in, and its first pixel there, in pixels of the result. */
typedef struct {
  int64_t image, top, left;
} Tile;

static Tile tile_at(const Convolution *of, int64_t index) {
  const int64_t inside = index % (of->rows * of->columns);
  return (Tile){index / (of->rows * of->columns), inside / of->columns * out_side, inside % of->columns * out_side};
}

/** Transforms the pixels that tile `index` sees, as the `held`th of those held. */
static void hold_input(const Convolution *of, int64_t index, int64_t held, float *to) {
  const Tile tile = tile_at(of, index);
  const float *from[places];
  find_pixels(of, &of->in, tile.image, tile.top - of->in.margin, tile.left - of->in.margin, in_side, from);
  for (int64_t c = 0; c < of->in.channels; c += lanes) {
    vector d[in_side][in_side], v[in_side][in_side];
    LOAD_SQUARE(in_side, from, c, of->in.channels - c, d);
    TRANSFORM_BOTH(transform_in, in_side, in_side, d, v);
    float *first = to + held * of->in.channels + c;
    STORE_PLACES(first, of->in_stride, of->in.channels - c, v);
  }
}

/** The same for the gradient of the pixels that a tile gave. */
static void hold_gradient(const Convolution *of, int64_t index, int64_t held, float *to) {
  const Tile tile = tile_at(of, index);
  const float *from[out_side * out_side];
  find_pixels(of, &of->out, tile.image, tile.top, tile.left, out_side, from);
  for (int64_t k = 0; k < of->wide; k += lanes) {
    vector y[out_side][out_side], z[in_side][in_side];
    LOAD_SQUARE(out_side, from, k, of->out.channels - k, y);
    TRANSFORM_BOTH(transform_back, out_side, in_side, y, z);
    float *first = to + held * of->wide + k;
    STORE_PLACES(first, of->out_stride, lanes, z);
  }
}

/** Writes what the `held`th of the tiles held gives; where the result is halved, the sum of each four pixels. */
static void give_output(const Convolution *of, int64_t index, int64_t held, const float *from) {
  const Tile tile = tile_at(of, index);
  const int halving = of->out.halving;
  const int64_t outputs = of->out.channels;
  const int64_t rows = of->out.height - (tile.top >> halving), columns = of->out.width - (tile.left >> halving);
  for (int64_t k = 0; k < outputs; k += lanes) {
    vector m[in_side][in_side], y[out_side][out_side];
    const float *first = from + held * of->wide + k;
    _Pragma("GCC unroll 36") for (int place = 0; place < places; place++) m[place / in_side][place % in_side] =
        load(first + place * of->out_stride);
    TRANSFORM_BOTH(transform_out, in_side, out_side, m, y);
    const vector bias = of->bias ? take(of->bias + k, outputs - k) : (vector){0};
    const int64_t corner = (tile.image * of->out.height + (tile.top >> halving)) * of->out.width + (tile.left >> halving);
    for (int i = 0; i < out_side >> halving && i < rows; i++)
      for (int j = 0; j < out_side >> halving && j < columns; j++) {
        const vector value = halving ? y[2 * i][2 * j] + y[2 * i][2 * j + 1] + y[2 * i + 1][2 * j] + y[2 * i + 1][2 * j + 1]
                                     : y[i][j];
        const int64_t at = (corner + i * of->out.width + j) * outputs + k;
        const vector beside = of->added ? take(of->added + at, outputs - k) : (vector){0};
        const vector sum = value + bias + beside;
        put(of->out.pixels + at, of->relu ? choose(sum < 0.0f, (vector){0}, sum) : sum, outputs - k);
      }
  }
}

/** A product of matrices: to[row][0 to width] (+)= sum over depth of a[row * a_row + d * a_depth] b[d * b_depth + ...]. */
typedef struct {
  const float *a, *b;
  float *to;
  int64_t rows, depth, width, a_row, a_depth, b_depth, to_row;
  bool adds;
} Product;

INLINE void multiply_block(const Product *p, int64_t first, const int rows, const int vectors) {
  vector sum[most_rows][most_vectors];
  const float *a = p->a + first * p->a_row, *b = p->b;
  float *to = p->to + first * p->to_row;
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < vectors; j++) sum[i][j] = p->adds ? load(to + i * p->to_row + j * lanes) : (vector){0};
  for (int64_t d = 0; d < p->depth; d++, a += p->a_depth, b += p->b_depth) {
    vector row[most_vectors];
#pragma GCC unroll 4
    for (int j = 0; j < vectors; j++) row[j] = load(b + j * lanes);
#pragma GCC unroll 6
    for (int i = 0; i < rows; i++) {
      const vector value = spread(a[i * p->a_row]);
#pragma GCC unroll 4
      for (int j = 0; j < vectors; j++) sum[i][j] += value * row[j];
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < vectors; j++) store(to + i * p->to_row + j * lanes, sum[i][j]);
}

INLINE void multiply_rows(const Product *p, const int vectors) {
  int64_t row = 0;
  for (; row + most_rows <= p->rows; row += most_rows) multiply_block(p, row, most_rows, vectors);
  for (; row + 2 <= p->rows; row += 2) multiply_block(p, row, 2, vectors);
  if (row < p->rows) multiply_block(p, row, 1, vectors);
}

static void multiply(const Product *p) {
  const int64_t vectors = p->width / lanes;
  if (vectors == 1) multiply_rows(p, 1);
  else if (vectors == 2) multiply_rows(p, 2);
#if defined(__AVX512F__)
  else if (vectors == 3) multiply_rows(p, 3);
  else multiply_rows(p, 4);
#endif
}

/** All that a piece's tiles give. */
static void convolve_piece(int64_t index, void *shared) {
  const Convolution *of = shared;
  const int64_t inputs = of->in.channels, first = index * of->held, left = of->tiles - first;
  const int64_t count = left < of->held ? left : of->held;
  float *in = borrow(for_tiles, places * (of->in_stride + of->out_stride)), *out = in + places * of->in_stride;
  for (int64_t t = 0; t < count; t++) hold_input(of, first + t, t, in);
  for (int place = 0; place < places; place++)
    for (int64_t k = 0; k < of->wide; k += of->panel) {
      const int64_t width = of->wide - k < of->panel ? of->wide - k : of->panel;
      multiply(&(Product){.a = in + place * of->in_stride,
                          .b = of->weights + weight_place(of, place, 0, k),
                          .to = out + place * of->out_stride + k,
                          .rows = count,
                          .depth = inputs,
                          .width = width,
                          .a_row = inputs,
                          .a_depth = 1,
                          .b_depth = width,
                          .to_row = of->wide});
    }
  for (int64_t t = 0; t < count; t++) give_output(of, first + t, t, out);
}

/** Holds some tiles of a round, and of their gradient. */
static void hold_round(int64_t index, void *shared) {
  const Convolution *of = shared;
  for (int64_t t = index * piece_tiles; t < (index + 1) * piece_tiles && t < of->count; t++) {
    hold_input(of, of->first + t, t, of->held_in);
    hold_gradient(of, of->first + t, t, of->held_out);
  }
}

/** Adds what a round's tiles say of the transformed weights of a place. */
static void add_round(int64_t place, void *shared) {
  const Convolution *of = shared;
  const int64_t inputs = of->in.channels;
  for (int64_t k = 0; k < of->wide; k += of->panel) {
    const int64_t left = of->wide - k;
    multiply(&(Product){.a = of->held_in + place * of->in_stride,
                        .b = of->held_out + place * of->out_stride + k,
                        .to = of->weights + place * of->weight_stride + k,
                        .rows = inputs,
                        .depth = of->count,
                        .width = left < of->panel ? left : of->panel,
                        .a_row = 1,
                        .a_depth = inputs,
                        .b_depth = of->wide,
                        .to_row = of->wide,
                        .adds = of->first > 0});
  }
}

static void fold_weights(int64_t c, void *shared) {
  const Convolution *of = shared;
  const int64_t inputs = of->in.channels, outputs = of->out.channels;
  for (int64_t k = 0; k < outputs; k += lanes) {
    vector u[in_side][in_side], g[kernel_side][kernel_side];
    for (int place = 0; place < places; place++)
      u[place / in_side][place % in_side] = load(of->weights + place * of->weight_stride + c * of->wide + k);
    TRANSFORM_BOTH(fold_kernel, in_side, kernel_side, u, g);
    for (int i = 0; i < kernel_side * kernel_side; i++)
      put(of->kernel_gradient + (i * inputs + c) * outputs + k, g[i / kernel_side][i % kernel_side], outputs - k);
  }
}

/** Counts the tiles and reserves what all pieces share; `held` tiles at once, a cache's or fewer. */
static void plan(Convolution *of, int64_t images) {
  of->rows = ((of->out.height << of->out.halving) + out_side - 1) / out_side;
  of->columns = ((of->out.width << of->out.halving) + out_side - 1) / out_side;
  of->tiles = images * of->rows * of->columns;
  of->wide = round_up(of->out.channels, lanes);
  /* As even as can be: a product of one vector a row waits for its own sums. */
  const int64_t panels = round_up(of->wide, most_vectors * lanes) / (most_vectors * lanes);
  of->panel = round_up((of->wide + panels - 1) / panels, lanes);
  of->held = held_bytes / (places * (int64_t)sizeof(float) * (of->in.channels + of->wide)) / most_rows * most_rows;
  if (of->held < most_rows) of->held = most_rows;
  if (of->held > of->tiles) of->held = of->tiles;
  of->weight_stride = of->in.channels * of->wide + 16;
  of->weights = borrow(for_weights, places * of->weight_stride);
  const int64_t channels = of->in.channels + of->wide;
  of->zeros = memset(borrow(for_zeros, channels), 0, (size_t)channels * sizeof(float));
}

/** A line of the cache more than the values of a place: places a power of two apart would take each other's lines. */
static void set_strides(Convolution *of) {
  of->in_stride = round_up(of->held * of->in.channels, 16) + 16;
  of->out_stride = round_up(of->held * of->wide, 16) + 16;
}

static void convolve(Convolution *of, int64_t images) {
  plan(of, images);
  /* Asked once: the answer may change between two calls. */
  const int64_t threads = thread_count(), share = round_up((of->tiles + threads - 1) / threads, most_rows);
  if (of->held > share) of->held = share;
  set_strides(of);
  for_each(of->in.channels, transform_weights, of);
  for_each((of->tiles + of->held - 1) / of->held, convolve_piece, of);
}

/** Rounds do not depend on the threads, for the order of their sums does on them. */
static void add_gradients(Convolution *of, int64_t images) {
  plan(of, images);
  set_strides(of);
  of->held_in = borrow(for_tiles, places * (of->in_stride + of->out_stride));
  of->held_out = of->held_in + places * of->in_stride;
  for (of->first = 0; of->first < of->tiles; of->first += of->held) {
    of->count = of->tiles - of->first < of->held ? of->tiles - of->first : of->held;
    for_each((of->count + piece_tiles - 1) / piece_tiles, hold_round, of);
    for_each(places, add_round, of);
  }
  for_each(of->in.channels, fold_weights, of);
}

static Images images_of(const Array *array, int64_t margin, bool halved) {
  return (Images){array->values, array->extents[1], array->extents[2], array->extents[3], margin, halved};
}

static bool is_kernel(const Array *weight) {
  return weight->rank == 4 && weight->extents[0] == kernel_side && weight->extents[1] == kernel_side;
}

/** The shape of the convolution of x; without values, and without an axis where it has no pixels. */
static Array result_of(const Call *call, const Array *x, int64_t outputs) {
  const int64_t margin = call->settings->margin, lost = kernel_side - 1 - 2 * margin;
  const int halving = call->settings->enlarged;
  const Array shape = {
      .rank = 4, .extents = {x->extents[0], (x->extents[1] << halving) - lost, (x->extents[2] << halving) - lost, outputs}};
  const bool is_whole = x->rank == 4 && count(x) > 0 && outputs > 0 && (margin == 0 || margin == 1);
  const bool fits = is_whole && shape.extents[1] > 0 && shape.extents[2] > 0;
  return fits ? shape : (Array){0};
}

static void compute_forward(Call *call) {
  const Array *x = &call->inputs[0], *weight = &call->inputs[1], *bias = &call->inputs[2], *added = &call->inputs[3];
  const int64_t margin = call->settings->margin;
  const Array shape = result_of(call, x, weight->extents[3]);
  if (!require(call, shape.rank == 4 && is_kernel(weight) && weight->extents[2] == x->extents[3],
               "x [images,height,width,in] of at least 3 pixels with its margin of 0 or 1, weight [3,3,in,out]") ||
      !require(call, is_vector(bias, shape.extents[3]) || is_vector(bias, 0), "bias [out] or none") ||
      !require(call, same_shape(added, &shape) || is_vector(added, 0), "added of the result's shape or none"))
    return;
  const Array y = make_output(call, 0, 4, shape.extents);
  if (!y.values) return;
  Convolution of = {.in = images_of(x, margin, call->settings->enlarged), .out = images_of(&y, 0, false)};
  of.kernel = weight->values;
  of.bias = count(bias) > 0 ? bias->values : NULL;
  of.added = count(added) > 0 ? added->values : NULL;
  of.relu = call->settings->relu;
  convolve(&of, x->extents[0]);
}

/** The convolution of dy with the kernel turned about, and as many zeros around dy as bring back x's size. */
static void compute_input_gradient(Call *call) {
  const Array *dy = &call->inputs[0], *weight = &call->inputs[1];
  const int64_t margin = call->settings->margin, gained = kernel_side - 1 - 2 * margin;
  const int halving = call->settings->enlarged;
  Array x = {.rank = dy->rank};
  for (int axis = 0; axis < dy->rank; axis++)
    x.extents[axis] = axis == 0 ? dy->extents[0] : axis == 3 ? weight->extents[2] : (dy->extents[axis] + gained) >> halving;
  const Array shape = result_of(call, &x, weight->extents[3]);
  if (!require(call, shape.rank == 4 && same_shape(dy, &shape) && is_kernel(weight),
               "dy [images,height,width,out], even where x was enlarged, weight [3,3,in,out], a margin of 0 or 1"))
    return;
  const Array dx = make_output(call, 0, 4, x.extents);
  if (!dx.values) return;
  Convolution of = {.in = images_of(dy, kernel_side - 1 - margin, false), .out = images_of(&dx, 0, halving)};
  of.kernel = weight->values;
  of.flipped = true;
  convolve(&of, dy->extents[0]);
}

static void compute_weight_gradient(Call *call) {
  const Array *x = &call->inputs[0], *dy = &call->inputs[1];
  const Array shape = result_of(call, x, dy->extents[3]);
  if (!require(call, shape.rank == 4 && same_shape(dy, &shape),
               "x [images,height,width,in], a margin of 0 or 1, dy of its convolution's shape"))
    return;
  const Array dw = make_output(call, 0, 4, (int64_t[]){kernel_side, kernel_side, x->extents[3], dy->extents[3]});
  if (!dw.values) return;
  Convolution of = {.in = images_of(x, call->settings->margin, call->settings->enlarged), .out = images_of(dy, 0, false)};
  of.kernel_gradient = dw.values;
  add_gradients(&of, x->extents[0]);
}

const Op convolution = {
    .name = "DdpmDipConvolution",
    .inputs = {"x: float", "weight: float", "bias: float", "added: float"},
    .outputs = {"y: float"},
    .attributes = {"margin: int", "enlarged: bool", "relu: bool"},
    .shaped_like = {unknown_shape},
    .compute = compute_forward,
};

const Op convolution_input_gradient = {
    .name = "DdpmDipConvolutionGradInput",
    .inputs = {"dy: float", "weight: float"},
    .outputs = {"dx: float"},
    .attributes = {"margin: int", "enlarged: bool"},
    .shaped_like = {unknown_shape},
    .compute = compute_input_gradient,
};

const Op convolution_weight_gradient = {
    .name = "DdpmDipConvolutionGradWeight",
    .inputs = {"x: float", "dy: float"},
    .outputs = {"dweight: float"},
    .attributes = {"margin: int", "enlarged: bool"},
    .shaped_like = {unknown_shape},
    .compute = compute_weight_gradient,
};
