/*
 * The frame of the kernels: an op is a table of names, a rule for the shapes of its outputs and a function that computes
 * them, put in TensorFlow's registry through its C interface (tensorflow/c/ops.h, tensorflow/c/kernels.h).
 */
#ifndef DDPM_DIP_OP_H
#define DDPM_DIP_OP_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

struct TF_OpKernelContext;

enum { most_rank = 4, most_inputs = 8, most_outputs = 4 };

/** A dense tensor of float32. */
typedef struct {
  float *values;
  int rank;
  int64_t extents[most_rank];
} Array;

/** Attributes of a node; an op declares those that it has. */
typedef struct {
  float epsilon;
  float slope;
  int64_t groups;
  int64_t margin;
  bool silu, enlarged, relu;
} Settings;

typedef struct Call Call;

/** An op. Every list ends with a null. */
typedef struct {
  const char *name;
  /** "x: float" and the like. */
  const char *inputs[most_inputs + 1];
  const char *outputs[most_outputs + 1];
  /** "epsilon: float" and the like. */
  const char *attributes[4];
  /** For each output the input whose shape it has, or `unknown_shape`. */
  int shaped_like[most_outputs];
  void (*compute)(Call *call);
} Op;

/** One running of an op. */
struct Call {
  const Op *op;
  const Settings *settings;
  struct TF_OpKernelContext *context;
  TF_Status *status;
  int input_count;
  Array inputs[most_inputs];
  TF_Tensor *held[most_inputs + most_outputs];
};

enum { unknown_shape = -1 };

/** Fails the call, unless the condition holds, with the name of the op, the shapes that it got, and what it wants. */
bool require(Call *call, bool condition, const char *want);

/** Makes an output of the call. Its values are null when there is no memory; the call has failed then. */
Array make_output(Call *call, int index, int rank, const int64_t *extents);

/** The memory that a kernel asked for; where there is none the process ends with a message. */
void *must(void *memory);

static inline int64_t count(const Array *array) {
  int64_t product = 1;
  for (int axis = 0; axis < array->rank; axis++) product *= array->extents[axis];
  return product;
}

static inline bool is_vector(const Array *array, int64_t length) {
  return array->rank == 1 && array->extents[0] == length;
}

static inline bool same_shape(const Array *a, const Array *b) {
  return a->rank == b->rank && memcmp(a->extents, b->extents, (size_t)a->rank * sizeof(int64_t)) == 0;
}

#endif
