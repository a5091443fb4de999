import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * One hash of texts and of files, by their content.
 * @param {{ texts?: string[], files?: string[] }} parts
 */
export function hashOf({ texts = [], files = [] }) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`text ${text.length} ${text}`);
  for (const file of files) hash.update("file ").update(readFileSync(file));
  return hash.digest("hex");
}

/** @param {string} folder @returns {string[]} the files in it and below, sorted */
export function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/**
 * Whether a step was finished with these very inputs and its products are still there.
 * @param {string} stamp file that the step writes last
 * @param {string} key hash of the step's inputs
 * @param {string[]} products
 */
export function isCurrent(stamp, key, products) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === key && products.every((file) => existsSync(file));
}

/** @param {string} stamp @param {string} key */
export function markCurrent(stamp, key) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(`${stamp}.part`, key);
  renameSync(`${stamp}.part`, stamp);
}

/** @param {string} stamp */
export function markStale(stamp) {
  rmSync(stamp, { force: true });
}
