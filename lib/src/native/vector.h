/*
 * Vectors as wide as the machine's, in the notation that GCC and Clang share. Written out, because what a compiler may do to
 * plain loops of floats without being told to reorder sums is little, and being told to is to lose NaN.
 */
#ifndef DDPM_DIP_VECTOR_H
#define DDPM_DIP_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
enum { lanes = 16 };
#elif defined(__AVX__)
enum { lanes = 8 };
#else
enum { lanes = 4 };
#endif

typedef float vector __attribute__((vector_size(lanes * sizeof(float))));
typedef int32_t whole __attribute__((vector_size(lanes * sizeof(int32_t))));

#define INLINE static inline __attribute__((always_inline))

INLINE vector load(const float *from) {
  vector v;
  memcpy(&v, from, sizeof v);
  return v;
}

INLINE void store(float *to, vector v) { memcpy(to, &v, sizeof v); }

/** The first values of a vector, zeros after them. */
INLINE vector load_some(const float *from, int64_t count) {
#if defined(__AVX512F__)
  return (vector)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
#else
  vector v = {0};
  memcpy(&v, from, (size_t)count * sizeof(float));
  return v;
#endif
}

INLINE void store_some(float *to, vector v, int64_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)v);
#else
  memcpy(to, &v, (size_t)count * sizeof(float));
#endif
}

INLINE vector spread(float value) { return value - (vector){0}; }

INLINE vector choose(whole mask, vector yes, vector no) {
  whole a, b;
  memcpy(&a, &yes, sizeof a);
  memcpy(&b, &no, sizeof b);
  a = (mask & a) | (~mask & b);
  memcpy(&yes, &a, sizeof a);
  return yes;
}

/** e^x within 2 units in the last place, 0 or infinity (3e38) beyond the range of float32, NaN of NaN (Cephes' expf). */
INLINE vector exponential(vector x) {
  const float magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to a whole number, which is then in the low bits. */
  x = choose(x > 88.0f, spread(88.0f), x);
  x = choose(x < -87.0f, spread(-87.0f), x);
  vector shifted = x * 1.44269504088896341f + magic;
  vector n = shifted - magic;
  vector r = x - n * 0.693359375f - n * -2.12194440e-4f;
  vector p = spread(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  whole bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits << 23) + (127 << 23);
  vector power;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

/** 1 / x of a positive number within 2 units in the last place. A division of 16 values takes as long as e^x of them. */
INLINE vector reciprocal(vector x) {
#if defined(__AVX512F__)
  const vector guess = (vector)_mm512_rcp14_ps((__m512)x);
  return guess * (2.0f - x * guess);
#else
  return 1.0f / x;
#endif
}

INLINE vector sigmoid(vector x) { return reciprocal(1.0f + exponential(-x)); }

#endif
