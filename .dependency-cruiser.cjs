/** The house rule that arrows point one way; see README.md, "The house". */
const rooms = {
  runtime: [],
  nn: ["runtime"],
  metrics: ["runtime"],
  data: ["runtime"],
  ddpm: ["runtime", "nn"],
  dip: ["runtime", "nn"],
  fusion: ["runtime", "nn", "ddpm", "dip"],
  trials: ["runtime", "nn", "ddpm", "dip", "fusion", "metrics", "data"],
  figure: [],
  cli: ["runtime", "nn", "ddpm", "dip", "fusion", "trials", "metrics", "data", "figure"],
};

module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room}-knows-only-${allowed.join("-") || "plain-data"}`,
      severity: "error",
      from: { path: `^lib/src/${room}/` },
      to: {
        path: "^lib/src/",
        // The figure room uses the files of the runtime that know no tensor either.
        pathNot: [room, ...allowed]
          .map((name) => `^lib/src/${name}/`)
          .concat(
            room === "figure" ? ["^lib/src/runtime/(dataUri|display|folders|markup|whyOf|writeWhole)\\.ts$"] : [],
          ),
      },
    })),
    {
      name: "figure-knows-no-tensor",
      severity: "error",
      from: { path: "^lib/src/figure/" },
      to: { path: "@tensorflow" },
    },
    {
      name: "lib-knows-no-notebook",
      severity: "error",
      from: { path: "^lib/src/" },
      to: { path: "^(notebooks|scripts)/" },
    },
    {
      name: "experiments-know-the-library-by-its-rooms",
      severity: "error",
      from: { path: "^notebooks/experiments/src/" },
      to: { path: "^(lib/src|lib/dist/cli|scripts)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default"] },
  },
};
