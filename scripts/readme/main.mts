import { resolve } from "node:path";
import { renewTexts } from "./renew.mjs";

try {
  const renewed = renewTexts(resolve(import.meta.dirname, "..", ".."));
  console.log(renewed.length > 0 ? `written anew: ${renewed.join(", ")}` : "all as it should be");
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
