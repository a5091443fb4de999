/* Mirrored pixels around images (PyTorch's nn.ReflectionPad2d), and the gradient. */
#include "margins.h"
#include "ops.h"
#include "parallel.h"

typedef struct {
  int64_t height, width, channels, margin;
  const float *from;
  float *to;
} Work;

static void frame_row(int64_t index, void *shared) {
  const Work *work = shared;
  const int64_t tall = work->height + 2 * work->margin, values = work->width * work->channels;
  const int64_t image = index / tall, row = mirrored(index % tall - work->margin, work->height);
  float *to = work->to + index * (work->width + 2 * work->margin) * work->channels;
  memcpy(to + work->margin * work->channels, work->from + (image * work->height + row) * values,
         (size_t)values * sizeof(float));
  mirror_row(to, work->width, work->channels, work->margin);
}

static void fold_framed(int64_t index, void *shared) {
  const Work *work = shared;
  const int64_t image = index / work->height, row = index % work->height, margin = work->margin;
  const int64_t size = (work->height + 2 * margin) * (work->width + 2 * margin) * work->channels;
  fold_row(work->to + index * work->width * work->channels, work->from + image * size, row, work->height, work->width,
           work->channels, margin);
}

static void compute_forward(Call *call) {
  const Array *x = &call->inputs[0];
  const int64_t margin = call->settings->margin;
  if (!require(call, x->rank == 4 && margin >= 0 && x->extents[1] > margin && x->extents[2] > margin,
               "x of 4 axes with sides larger than the margin"))
    return;
  Work work = {x->extents[1], x->extents[2], x->extents[3], margin, x->values, NULL};
  const int64_t framed[4] = {x->extents[0], work.height + 2 * margin, work.width + 2 * margin, work.channels};
  work.to = make_output(call, 0, 4, framed).values;
  if (work.to) for_each(framed[0] * framed[1], frame_row, &work);
}

static void compute_gradient(Call *call) {
  const Array *dy = &call->inputs[0];
  const int64_t margin = call->settings->margin;
  if (!require(call, dy->rank == 4 && margin >= 0 && dy->extents[1] > 3 * margin && dy->extents[2] > 3 * margin,
               "dy of 4 axes with sides larger than three margins"))
    return;
  Work work = {dy->extents[1] - 2 * margin, dy->extents[2] - 2 * margin, dy->extents[3], margin, dy->values, NULL};
  const int64_t plain[4] = {dy->extents[0], work.height, work.width, work.channels};
  work.to = make_output(call, 0, 4, plain).values;
  if (work.to) for_each(plain[0] * plain[1], fold_framed, &work);
}

const Op reflection_pad = {
    .name = "DdpmDipReflectionPad",
    .inputs = {"x: float"},
    .outputs = {"y: float"},
    .attributes = {"margin: int"},
    .shaped_like = {unknown_shape},
    .compute = compute_forward,
};

const Op reflection_pad_gradient = {
    .name = "DdpmDipReflectionPadGrad",
    .inputs = {"dy: float"},
    .outputs = {"dx: float"},
    .attributes = {"margin: int"},
    .shaped_like = {unknown_shape},
    .compute = compute_gradient,
};
