// Neither package brings types; only what is used here is declared.
declare module "@citation-js/plugin-bibtex";
declare module "@citation-js/core" {
  export const plugins: {
    input: {
      chain(text: string, options: { target: "@biblatex/entries+list" }): import("./references.mjs").Entry[];
    };
  };
}
