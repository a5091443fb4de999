/* The ops there are; each is defined in the file of its name. */
#ifndef DDPM_DIP_OPS_H
#define DDPM_DIP_OPS_H

#include "op.h"

#define FOR_OPS(DO)               \
  DO(presence)                    \
  DO(batch_norm)                  \
  DO(batch_norm_gradient)         \
  DO(blend)                       \
  DO(convolution)                 \
  DO(convolution_input_gradient)  \
  DO(convolution_weight_gradient) \
  DO(enlarge)                     \
  DO(enlarge_gradient)            \
  DO(film)                        \
  DO(film_gradient)               \
  DO(group_norm)                  \
  DO(group_norm_gradient)         \
  DO(random_normal)               \
  DO(reflection_pad)              \
  DO(reflection_pad_gradient)

#define DECLARE(name) extern const Op name;
FOR_OPS(DECLARE)
#undef DECLARE

#endif
