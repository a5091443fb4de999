import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { projectFolder } from "../runtime/folders";
import { whyOf } from "../runtime/whyOf";

const folder = join(projectFolder(), ".runtime", "browser");

/** The browser to draw with: the one CHROME_PATH names, else the one that the set-up unpacked. */
function browserFile(): string {
  const file = process.env.CHROME_PATH ?? join(folder, "chromium");
  if (!existsSync(file)) {
    const hint = process.env.CHROME_PATH
      ? "CHROME_PATH names no file"
      : 'run "npm run setup", or name a Chrome in CHROME_PATH';
    throw new Error(`no browser to draw figures with: ${file} is missing; ${hint}`);
  }
  return file;
}

/** Starts a headless browser; it needs no network and no fonts of the system. @throws Error naming its file. */
export async function launchBrowser(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  const executablePath = browserFile();
  const args = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--allow-file-access-from-files"];
  const launch = (environment: Record<string, string>) =>
    chromium.launch({
      executablePath,
      args,
      env: { ...process.env, ...environment } as Record<string, string>,
      // An interrupt belongs to the running trial, not to the browser.
      handleSIGINT: false,
    });
  const fonts: Record<string, string> = existsSync("/etc/fonts") ? {} : { FONTCONFIG_PATH: join(folder, "fonts") };
  try {
    return await launch(fonts);
  } catch (error) {
    const text = whyOf(error);
    if (!/shared librar/.test(text)) throw new Error(`the browser ${executablePath} does not start: ${text}`);
    // A bare system lacks libraries such as libnss3; the package carries them.
    return launch({ ...fonts, LD_LIBRARY_PATH: join(folder, "al2023", "lib") });
  }
}
