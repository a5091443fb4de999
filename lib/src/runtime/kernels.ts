import { nativeBackend, usesGpu } from "./backend";

// Looked up when the library is loaded: a step that is being recorded would write the question down.
const built = isBuilt();
let said = false;

function isBuilt(): boolean {
  try {
    const { binding } = nativeBackend();
    return binding.executeOp("DdpmDipKernels", [], [], 1).length === 1;
  } catch {
    return false;
  }
}

/**
 * Whether the ops of `lib/src/native` are to be used. They are not on a GPU, where TensorFlow's own ops run, nor where
 * DDPM_DIP_KERNELS is 0; nor where they could not be compiled, which is said once.
 */
export function usesKernels(): boolean {
  if (usesGpu() || process.env.DDPM_DIP_KERNELS === "0") return false;
  if (!built && !said) {
    said = true;
    console.warn(
      "The native kernels are not built (.runtime/log/kernels.log says why): steps run by TensorFlow's own ops, slower.",
    );
  }
  return built;
}
