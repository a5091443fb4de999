/* Frames of mirrored pixels around images whose channels lie side by side (reflection without the edge, PyTorch's). */
#ifndef DDPM_DIP_MARGINS_H
#define DDPM_DIP_MARGINS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "columns.h"

/** Fills the margins of a row [width + 2 margin, channels] from what is between them. */
static inline void mirror_row(float *row, int64_t width, int64_t channels, int64_t margin) {
  const size_t pixel = (size_t)channels * sizeof(float);
  float *first = row + margin * channels, *last = first + (width - 1) * channels;
  for (int64_t i = 1; i <= margin; i++) {
    memcpy(first - i * channels, first + i * channels, pixel);
    memcpy(last + i * channels, last - i * channels, pixel);
  }
}

/** The row of an image that a row of it with margins shows, counted from the image's first. */
static inline int64_t mirrored(int64_t row, int64_t height) {
  return row < 0 ? -row : row >= height ? 2 * (height - 1) - row : row;
}

INLINE void add_pixels(float *to, const float *from, int64_t values) {
  for (int64_t c = 0; c < values; c += lanes) {
    const int64_t left = values - c;
    put(to + c, take(to + c, left) + take(from + c, left), left);
  }
}

/** Adds a row of a framed image to the row [width, channels] that it shows. */
static inline void add_framed_row(float *to, const float *framed, int64_t width, int64_t channels, int64_t margin) {
  add_pixels(to, framed + margin * channels, width * channels);
  for (int64_t i = 1; i <= margin; i++) {
    add_pixels(to + i * channels, framed + (margin - i) * channels, channels);
    add_pixels(to + (width - 1 - i) * channels, framed + (margin + width - 1 + i) * channels, channels);
  }
}

/** The sum of what flows back to row `row` of an image from all rows of the framed image that show it. */
static inline void fold_row(float *to, const float *framed, int64_t row, int64_t height, int64_t width, int64_t channels,
                            int64_t margin) {
  const int64_t stride = (width + 2 * margin) * channels;
  memset(to, 0, (size_t)(width * channels) * sizeof(float));
  const int64_t shown[3] = {row, -row, 2 * (height - 1) - row};
  for (int i = 0; i < 3; i++) {
    const bool there = i == 0 || (shown[i] >= -margin && shown[i] < height + margin && (shown[i] < 0 || shown[i] >= height));
    if (there) add_framed_row(to, framed + (shown[i] + margin) * stride, width, channels, margin);
  }
}

#endif
