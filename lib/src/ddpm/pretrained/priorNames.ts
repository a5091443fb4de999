/** The priors that come with the project, as help and errors list them. Besides, a prior may be named by any trained DDPM's checkpoint. */
export const priorNames = ["photos", "bsd", "bsd-wide", "ffdnet"] as const;

/** The priors of expert denoisers: FFDNet's checkpoint for the levels that it knows, and that of the DDPM above them. */
export const expertPriors: ReadonlyMap<string, { ffdnet: string; ddpm: string }> = new Map([
  ["ffdnet", { ffdnet: "ffdnet", ddpm: "bsd" }],
]);
