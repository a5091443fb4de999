import * as experiment from "ddpm-dip-experiments";

const [first] = experiment.plans.planVariants("default");
if (!first) throw new Error("the plan of the variants is empty");

/** The antithetic pair on three photos at four noise levels, each with three seeds: 36 trials. */
export default experiment.grid(first, {
  image: ["chelsea", "coffee", "astronaut"].map((name) => ({ from: "photos" as const, name })),
  degradation: [10, 15, 25, 50].map((level) => ({ kind: "noise" as const, sigma: level / 255, asFile: false })),
  seed: [1, 2, 3],
});
