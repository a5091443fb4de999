/*
 * The normal numbers of TensorFlow's StatelessRandomNormal, up to rounding: Philox 4x32-10 (Salmon et al. 2011) keyed by the
 * seed in TensorFlow's way, then Box and Muller's transform of each pair, here for many at once.
 */
#include <string.h>

#include "ops.h"
#include "parallel.h"
#include "vector.h"

/** Blocks of four numbers that are drawn together. */
enum { together = 64, draws_a_piece = 64 };

typedef struct {
  uint32_t key[2], counter[2];
  int64_t count;
  float *to;
} Work;

/** Ten rounds of Philox on `blocks` counters, in place; word by word. */
INLINE void scramble(uint32_t words[4][together], const uint32_t key[2], int blocks) {
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < blocks; i++) {
      const uint64_t first = (uint64_t)words[0][i] * 0xD2511F53u, second = (uint64_t)words[2][i] * 0xCD9E8D57u;
      words[0][i] = (uint32_t)(second >> 32) ^ words[1][i] ^ k0;
      words[1][i] = (uint32_t)second;
      words[2][i] = (uint32_t)(first >> 32) ^ words[3][i] ^ k1;
      words[3][i] = (uint32_t)first;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

/** Uniform in [0, 1): the low 23 bits. */
INLINE vector uniform(const uint32_t *words) {
  whole bits;
  memcpy(&bits, words, sizeof bits);
  bits = (bits & 0x7fffff) | 0x3f800000;
  vector value;
  memcpy(&value, &bits, sizeof value);
  return value - 1.0f;
}

/** Natural logarithm of normal numbers (Cephes' logf). */
INLINE vector logarithm(vector x) {
  whole bits;
  memcpy(&bits, &x, sizeof bits);
  vector exponent = __builtin_convertvector((bits >> 23) - 126, vector);
  bits = (bits & 0x7fffff) | 0x3f000000;
  vector m;
  memcpy(&m, &bits, sizeof m);
  const whole low = m < 0.707106781186547524f;
  exponent = choose(low, exponent - 1.0f, exponent);
  m = choose(low, m + m - 1.0f, m - 1.0f);
  const vector z = m * m;
  vector p = spread(7.0376836292e-2f);
  const float rest[] = {-1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
                        -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f};
  for (int i = 0; i < 8; i++) p = p * m + rest[i];
  return m + (p * m * z - 2.12194440e-4f * exponent - 0.5f * z) + 0.693359375f * exponent;
}

/** Sine and cosine of a share of the circle, from 0 to 1. */
INLINE void turn(vector share, vector *sine, vector *cosine) {
  const whole quarter = __builtin_convertvector(share * 4.0f + 0.5f, whole);
  const vector angle = (share - __builtin_convertvector(quarter, vector) * 0.25f) * 6.283185307179586f, z = angle * angle;
  const vector s = angle + angle * z * ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f);
  const vector c =
      1.0f - 0.5f * z + z * z * ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f);
  const whole odd = (quarter & 1) != 0;
  const vector a = choose(odd, c, s), b = choose(odd, s, c);
  *sine = choose((quarter & 2) != 0, -a, a);
  *cosine = choose(((quarter + 1) & 2) != 0, -b, b);
}

static void draw_together(const Work *work, int64_t first) {
  uint32_t words[4][together];
  float values[4][together];
  for (int i = 0; i < together; i++) {
    const uint64_t place = (uint64_t)(first + i);
    words[0][i] = (uint32_t)place;
    words[1][i] = (uint32_t)(place >> 32);
    words[2][i] = work->counter[0];
    words[3][i] = work->counter[1];
  }
  scramble(words, work->key, together);
  for (int pair = 0; pair < 4; pair += 2)
    for (int i = 0; i < together; i += lanes) {
      vector share = uniform(words[pair] + i), sine, cosine;
      share = choose(share < 1.0e-7f, spread(1.0e-7f), share);
      float length[lanes];
      store(length, -2.0f * logarithm(share));
      for (int lane = 0; lane < lanes; lane++) length[lane] = sqrtf(length[lane]);
      turn(uniform(words[pair + 1] + i), &sine, &cosine);
      store(values[pair] + i, sine * load(length));
      store(values[pair + 1] + i, cosine * load(length));
    }
  float side_by_side[4 * together];
  for (int i = 0; i < together; i++)
    for (int word = 0; word < 4; word++) side_by_side[4 * i + word] = values[word][i];
  const int64_t left = work->count - 4 * first;
  memcpy(work->to + 4 * first, side_by_side, (size_t)(left < 4 * together ? left : 4 * together) * sizeof(float));
}

static void draw_piece(int64_t index, void *shared) {
  const Work *work = shared;
  const int64_t begin = index * draws_a_piece * together, blocks = (work->count + 3) / 4;
  for (int64_t first = begin; first < blocks && first < begin + draws_a_piece * together; first += together)
    draw_together(work, first);
}

static void compute_normal(Call *call) {
  const Array *shape = &call->inputs[0], *seed = &call->inputs[1];
  if (!require(call, shape->rank == 1 && shape->extents[0] <= most_rank, "a shape of at most 4 axes") ||
      !require(call, is_vector(seed, 2), "a seed of two numbers"))
    return;
  int32_t extents[most_rank], seeds[2];
  memcpy(extents, shape->values, (size_t)shape->extents[0] * sizeof(int32_t));
  memcpy(seeds, seed->values, sizeof seeds);
  int64_t wide[most_rank], total = 1;
  for (int64_t axis = 0; axis < shape->extents[0]; axis++) {
    wide[axis] = extents[axis];
    if (!require(call, extents[axis] >= 0 && !__builtin_mul_overflow(total, wide[axis], &total) && total <= INT64_MAX / 4,
                 "a shape of extents of at least 0 whose bytes can be counted"))
      return;
  }
  const Array made = make_output(call, 0, (int)shape->extents[0], wide);
  if (!made.values) return;
  const uint64_t first = (uint64_t)(int64_t)seeds[0], second = (uint64_t)(int64_t)seeds[1];
  const uint32_t key[2] = {0x3ec8f720u, 0x02461e29u};
  uint32_t mix[4][together] = {
      {(uint32_t)first}, {(uint32_t)(first >> 32)}, {(uint32_t)second}, {(uint32_t)(second >> 32)}};
  scramble(mix, key, 1);
  Work work = {{mix[0][0], mix[1][0]}, {mix[2][0], mix[3][0]}, count(&made), made.values};
  const int64_t blocks = (work.count + 3) / 4;
  for_each((blocks + draws_a_piece * together - 1) / (draws_a_piece * together), draw_piece, &work);
}

const Op random_normal = {
    .name = "DdpmDipRandomNormal",
    .inputs = {"shape: int32", "seed: int32"},
    .outputs = {"y: float"},
    .shaped_like = {unknown_shape},
    .compute = compute_normal,
};
