import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { contactSheet } from "../../src/cli/contactSheet";
import { describePhotos } from "../../src/cli/inNotebook";
import type { PhotoResult } from "../../src/cli/resultRecord";
import type { Outcome } from "../../src/cli/runPhotos";
import { defaultSettings } from "../../src/cli/settings";
import { launchBrowser } from "../../src/figure";
import { tf } from "../../src/runtime";
import { sha256 } from "../../src/runtime/digest";
import { escapeMarkdown } from "../../src/runtime/markup";
import { temporaryFolder } from "../helpers";

const hostile = `<img src=x onerror=alert(1)> "'&`;

function outcomeOf(name: string, preview: string): Outcome {
  const result: PhotoResult = {
    ...{ key: "", owner: "", round: "", photo: "", picture: "", finishedAt: "", width: 8, height: 8, tiles: 1 },
    ...{ sigma: 0.1, sigmaEstimated: true, risk: 0.01, iterations: 1, evaluations: 1, seconds: 1 },
    reasons: [`because of ${name}`],
    previews: { before: preview, after: preview, difference: preview, gain: 2 },
  };
  return { photo: { file: `/${name}.png`, given: `${name}.png`, name }, status: "done", result, notices: [name] };
}

test("no name is live in the page, whose pictures and style show from a file", async () => {
  const out = temporaryFolder();
  const blue = { width: 8, height: 8, channels: 3, background: "blue" } as const;
  const bytes = await sharp({ create: blue }).png().toBuffer();
  const preview = `.ddpm-dip/previews/${hostile.replace("/", "")}#?-${sha256(bytes).slice(0, 32)}.png`;
  mkdirSync(dirname(join(out, preview)), { recursive: true });
  writeFileSync(join(out, preview), bytes);
  const outcomes: Outcome[] = [
    outcomeOf(hostile, preview),
    outcomeOf("gone", ".ddpm-dip/previews/gone.png"),
    { photo: { file: hostile, given: hostile, name: hostile }, status: "failed", error: hostile },
  ];
  const html = contactSheet(outcomes, { out, settings: { ...defaultSettings } });
  // As if the name had got through: the policy stops it as well.
  const live = html.replace(
    "</main>",
    `<img src="data:," onerror="document.title='live'"><script>document.title='live'</script></main>`,
  );
  for (const [name, text] of Object.entries({ "index.html": html, "live.html": live }))
    writeFileSync(join(out, name), text);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("dialog", (dialog) => {
      errors.push(dialog.message());
      return dialog.dismiss();
    });
    await page.goto(pathToFileURL(join(out, "index.html")).href);
    const pictures = page.locator("img");
    assert.equal(await pictures.count(), 3);
    for (const picture of await pictures.all()) await picture.scrollIntoViewIfNeeded();
    await page.evaluate("Promise.all([...document.images].map((image) => image.decode()))");
    assert.deepEqual(await page.locator("h2").allTextContents(), [hostile, "gone", hostile]);
    assert.equal(await page.evaluate("getComputedStyle(document.body).marginTop"), "0px");
    assert.deepEqual(errors, []);
    await page.goto(pathToFileURL(join(out, "live.html")).href);
    assert.match(await page.title(), /^Noise removed/);
    assert.match(errors.join(), /Content Security Policy/);
  } finally {
    await browser.close();
  }
});

test("a page of a thousand photos stays small, however large their pictures are", () => {
  const outcomes = Array.from({ length: 1000 }, (_, i) => outcomeOf(`photo ${i}`, "nowhere.png"));
  const pageOf = (some: typeof outcomes) => contactSheet(some, { out: "/nowhere", settings: { ...defaultSettings } });
  assert.ok(pageOf(outcomes).length - pageOf([]).length < 2e6);
});

test("a result of a former run is linked beside what kept the photo from being finished, and not counted", () => {
  const former = outcomeOf("a", "nowhere.png");
  const pageOf = (outcome: Outcome) => contactSheet([outcome], { out: "/nowhere", settings: { ...defaultSettings } });
  for (const [state, why] of [
    [{ status: "failed", error: "it is empty" }, /Failed: it is empty\. Shown is what a former run made of it/],
    [{ status: "not reached" }, /Not reached before the run was stopped\. Shown is what a former run made of it/],
  ] as const) {
    const page = pageOf({ ...former, ...state });
    assert.match(page, /<section class="failed"><h2><a href="a.png">a<\/a><\/h2>/);
    assert.match(page, why);
    assert.match(page, /A picture that is damaged or missing here is left out/);
    assert.match(page, /0 of 1 photo,/);
  }
  assert.match(pageOf(former), /1 of 1 photo,.*<section><h2><a href="a.png">/s);
});

test("no name is live in the notebook's Markdown", () => {
  const image = tf.scalar(0) as unknown as tf.Tensor4D;
  const restored = { image, risk: 0, seconds: 1, iterations: 1, evaluations: 1, reasons: ["a *b* [c](d)"] };
  const photo = {
    name: "<img src=x onerror=alert(1)>\n# `a`",
    image,
    restored,
    sigma: 0,
    sigmaEstimated: false,
    tiles: 1,
  };
  assert.equal(
    describePhotos([photo]),
    "**&lt;img src=x onerror=alert(1)&gt; # \\`a\\`**, 1.0 s\n\n- a \\*b\\* \\[c\\](d)",
  );
  assert.equal(escapeMarkdown("a|b $c$ _d_ ~e~ \\f"), "a\\|b \\$c\\$ \\_d\\_ \\~e\\~ \\\\f");
  image.dispose();
});
