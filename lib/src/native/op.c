#include "op.h"

#include <stdio.h>
#include <stdlib.h>

#include "ops.h"

/* TensorFlow's header leaves these out, which C++ does not mind. */
typedef struct TF_OpDefinitionBuilder TF_OpDefinitionBuilder;
typedef struct TF_ShapeInferenceContext TF_ShapeInferenceContext;
typedef struct TF_ShapeHandle TF_ShapeHandle;
typedef struct TF_DimensionHandle TF_DimensionHandle;

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

static void compute_presence(Call *call) {
  const Array number = make_output(call, 0, 0, NULL);
  if (number.values) *number.values = 1;
}

/** Says that the kernels are there. */
const Op presence = {
    .name = "DdpmDipKernels", .outputs = {"there: float"}, .shaped_like = {unknown_shape}, .compute = compute_presence};

static void read_settings(TF_OpKernelConstruction *from, Settings *to, TF_Status *status) {
  struct {
    const char *name;
    void *place;
  } floats[] = {{"epsilon", &to->epsilon}, {"slope", &to->slope}}, wholes[] = {{"groups", &to->groups}, {"margin", &to->margin}},
    truths[] = {{"silu", &to->silu}, {"enlarged", &to->enlarged}, {"relu", &to->relu}};
  for (size_t i = 0; i < sizeof floats / sizeof *floats; i++)
    if (TF_OpKernelConstruction_HasAttr(from, floats[i].name, status))
      TF_OpKernelConstruction_GetAttrFloat(from, floats[i].name, floats[i].place, status);
  for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++)
    if (TF_OpKernelConstruction_HasAttr(from, wholes[i].name, status))
      TF_OpKernelConstruction_GetAttrInt64(from, wholes[i].name, wholes[i].place, status);
  for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
    TF_Bool said = 0;
    if (TF_OpKernelConstruction_HasAttr(from, truths[i].name, status))
      TF_OpKernelConstruction_GetAttrBool(from, truths[i].name, &said, status);
    *(bool *)truths[i].place = said;
  }
}

static void *create(TF_OpKernelConstruction *construction) {
  TF_Status *status = TF_NewStatus();
  Settings *settings = must(calloc(1, sizeof *settings));
  read_settings(construction, settings, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return settings;
}

static void fail(Call *call, const char *message) {
  TF_SetStatus(call->status, TF_INVALID_ARGUMENT, message);
  TF_OpKernelContext_Failure(call->context, call->status);
}

/** Length of the name in "x: float". */
static int name_length(const char *spec) { return (int)strcspn(spec, ":"); }

void *must(void *memory) {
  if (memory) return memory;
  fputs("native kernel: out of memory\n", stderr);
  abort();
}

bool require(Call *call, bool condition, const char *want) {
  if (condition) return true;
  char message[1024];
  size_t end = (size_t)snprintf(message, sizeof message, "%s: got ", call->op->name);
  for (int i = 0; i < call->input_count && end < sizeof message; i++) {
    const char *spec = call->op->inputs[i];
    end += (size_t)snprintf(message + end, sizeof message - end, "%s%.*s [", i > 0 ? ", " : "", name_length(spec), spec);
    TF_Tensor *tensor = call->held[i];
    for (int axis = 0; axis < TF_NumDims(tensor) && end < sizeof message; axis++)
      end += (size_t)snprintf(message + end, sizeof message - end, "%s%lld", axis > 0 ? "," : "",
                              (long long)TF_Dim(tensor, axis));
    if (end < sizeof message) end += (size_t)snprintf(message + end, sizeof message - end, "]");
  }
  if (end < sizeof message) snprintf(message + end, sizeof message - end, "; want %s", want);
  fail(call, message);
  return false;
}

Array make_output(Call *call, int index, int rank, const int64_t *extents) {
  Array made = {.rank = rank};
  for (int axis = 0; axis < rank; axis++) made.extents[axis] = extents[axis];
  TF_Tensor *tensor = TF_AllocateOutput(call->context, index, TF_FLOAT, extents, rank,
                                        (size_t)count(&made) * sizeof(float), call->status);
  if (TF_GetCode(call->status) != TF_OK) {
    TF_OpKernelContext_Failure(call->context, call->status);
    return made;
  }
  call->held[most_inputs + index] = tensor;
  made.values = TF_TensorData(tensor);
  return made;
}

static void release(Call *call) {
  for (size_t i = 0; i < sizeof call->held / sizeof *call->held; i++)
    if (call->held[i]) TF_DeleteTensor(call->held[i]);
  TF_DeleteStatus(call->status);
}

static void run(const Op *op, const Settings *settings, TF_OpKernelContext *context) {
  Call call = {.op = op, .settings = settings, .context = context, .status = TF_NewStatus()};
  bool fits = true;
  while (op->inputs[call.input_count]) {
    int i = call.input_count++;
    TF_GetInput(context, i, &call.held[i], call.status);
    if (TF_GetCode(call.status) != TF_OK || !call.held[i]) {
      TF_OpKernelContext_Failure(context, call.status);
      release(&call);
      return;
    }
    Array *input = &call.inputs[i];
    input->values = TF_TensorData(call.held[i]);
    input->rank = TF_NumDims(call.held[i]);
    fits = fits && input->rank <= most_rank;
    for (int axis = 0; axis < input->rank && axis < most_rank; axis++) input->extents[axis] = TF_Dim(call.held[i], axis);
  }
  if (require(&call, fits, "tensors of at most 4 axes")) op->compute(&call);
  release(&call);
}

static void infer(const Op *op, TF_ShapeInferenceContext *context, TF_Status *status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
  for (int i = 0; op->outputs[i] && TF_GetCode(status) == TF_OK; i++) {
    if (op->shaped_like[i] == unknown_shape) continue;
    TF_ShapeHandle *shape = TF_NewShapeHandle();
    TF_ShapeInferenceContextGetInput(context, op->shaped_like[i], shape, status);
    if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, i, shape, status);
    TF_DeleteShapeHandle(shape);
  }
}

/* TensorFlow calls back without saying for which op: each op has functions of its own. */
#define CALLBACKS(name)                                                                                        \
  static void run_##name(void *settings, TF_OpKernelContext *context) { run(&name, settings, context); }       \
  static void infer_##name(TF_ShapeInferenceContext *context, TF_Status *status) { infer(&name, context, status); }
FOR_OPS(CALLBACKS)

#define ROW(name) {&name, run_##name, infer_##name},
static const struct {
  const Op *op;
  void (*run)(void *, TF_OpKernelContext *);
  void (*infer)(TF_ShapeInferenceContext *, TF_Status *);
} table[] = {FOR_OPS(ROW)};

static void report(const char *name, TF_Status *status) {
  if (TF_GetCode(status) != TF_OK) fprintf(stderr, "native kernel %s: %s\n", name, TF_Message(status));
}

/** When the library is loaded: before any op runs. */
__attribute__((constructor)) static void register_ops(void) {
  TF_Status *status = TF_NewStatus();
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const Op *op = table[i].op;
    TF_OpDefinitionBuilder *definition = TF_NewOpDefinitionBuilder(op->name);
    for (const char *const *spec = op->inputs; *spec; spec++) TF_OpDefinitionBuilderAddInput(definition, *spec);
    for (const char *const *spec = op->outputs; *spec; spec++) TF_OpDefinitionBuilderAddOutput(definition, *spec);
    for (const char *const *spec = op->attributes; *spec; spec++) TF_OpDefinitionBuilderAddAttr(definition, *spec);
    TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, table[i].infer);
    TF_RegisterOpDefinition(definition, status);
    report(op->name, status);
    TF_RegisterKernelBuilder(op->name, TF_NewKernelBuilder(op->name, "CPU", create, table[i].run, free), status);
    report(op->name, status);
  }
  TF_DeleteStatus(status);
}
