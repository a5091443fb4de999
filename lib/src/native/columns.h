/* Passes over pixels whose channels lie side by side, with one value a channel kept beside. */
#ifndef DDPM_DIP_COLUMNS_H
#define DDPM_DIP_COLUMNS_H

#include "vector.h"

/** Pixels whose sums are taken in float32; larger sums are of blocks of so many. */
enum { block_pixels = 256 };

/** A vector of which `left` values are there; zeros after them. */
INLINE vector take(const float *from, int64_t left) { return left >= lanes ? load(from) : load_some(from, left); }

INLINE void put(float *to, vector v, int64_t left) {
  if (left >= lanes) store(to, v);
  else store_some(to, v, left);
}

/**
 * Runs `body` for each vector of channels `c` of each pixel, `at` its place, `left` the channels from there on. Tables of one
 * value a channel have room for whole vectors.
 */
#define FOR_PIXELS(pixels, channels, ...)                                   \
  do {                                                                      \
    const int64_t pixels_ = (pixels), channels_ = (channels);               \
    for (int64_t pixel_ = 0; pixel_ < pixels_; pixel_++)                    \
      for (int64_t c = 0; c < channels_; c += lanes) {                      \
        const int64_t at = pixel_ * channels_ + c, left = channels_ - c;    \
        __VA_ARGS__                                                         \
      }                                                                     \
  } while (0)

#endif
