import { root } from "../setup/process.mjs";
import { runMain } from "../setup/runMain.mjs";
import { renewTexts } from "./renew.mjs";

await runMain(async () => {
  const renewed = renewTexts(root);
  console.log(renewed.length > 0 ? `written anew: ${renewed.join(", ")}` : "all as it should be");
  return 0;
});
