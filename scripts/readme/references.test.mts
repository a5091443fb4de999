import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { notebookNames } from "../setup/places.mjs";
import { formatReferences, readBibliography } from "./references.mjs";

const notebooks = resolve(import.meta.dirname, "..", "..", "notebooks");
const read = (name: string) => readFileSync(join(notebooks, name), "utf8");
const bibliography = read("references.bib");

test("an entry is set as it is read, whatever order the file has", () => {
  const text = `@article{b2001, author = {Van Gool, L. and Ye, J. C.}, title = {On {DIP}}, journal = {J}, volume = {3},
    number = {1/2}, year = {2001}, eprint = {0101.00001}, archiveprefix = {arXiv}}
    @misc{a2000, author = {Immerkær, J.}, title = {T}, year = {2000}}`;
  assert.equal(
    formatReferences(readBibliography(text)),
    `# References

<a id="a2000"></a>J. Immerkær. T. 2000.

<a id="b2001"></a>L. Van Gool, J. C. Ye. On DIP. *J* 3(1/2), 2001. arXiv:0101.00001.
`,
  );
});

test("what is not BibTeX, a key used twice and a missing field are named", () => {
  assert.throws(() => readBibliography("@misc{a, title={x}"), /line 1 col 19/);
  const entry = "@misc{a, author={A, B.}, title={T}, year={2000}}";
  assert.throws(() => readBibliography(`${entry}\n${entry}`), /the key "a" is there twice/);
  assert.throws(() => readBibliography("@misc{a, author={A, B.}, title={T}}"), /"a" has no year/);
});

test("references.md is what references.bib gives (npm run readme writes it)", () => {
  assert.equal(read("references.md"), formatReferences(readBibliography(bibliography)));
});

test("what notebooks, README and sources cite is in the bibliography", () => {
  const keys = new Set(readBibliography(bibliography).map(({ label }) => label));
  const cited = [...notebookNames(), join("..", "README.md")].flatMap((name) =>
    [...read(name).matchAll(/references\.md#([\w-]+)/g)].map(([, key]) => `${key} in ${name}`),
  );
  assert.ok(cited.length > 20);
  assert.deepEqual(
    cited.filter((one) => !keys.has(one.split(" ")[0] as string)),
    [],
  );
});
