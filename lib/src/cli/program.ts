import { Command, InvalidArgumentError, Option } from "commander";
import { maxPixels } from "../data/formats";
import { priorNames } from "../ddpm/pretrained/priorNames";
import { type Effort, priorsOf, type RestorationKind, settingsOf } from "../fusion/restore/settings";
import { UsageError } from "./exit";
import { defaultSettings, photoTasks, type Settings } from "./settings";

export interface Request {
  paths: string[];
  settings: Settings;
  out: string;
  mask?: string | undefined;
  prior?: string[] | undefined;
  fresh?: true | undefined;
  json?: true | undefined;
}

type Given = Omit<Request, "paths" | "settings"> & Omit<Settings, "effort"> & { fast?: true; thorough?: true };

function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("want a number.");
  return value;
}

/** An empty one comes of a variable that is not set, and would be the folder that the command runs in. */
function readPath(text: string): string {
  if (text === "") throw new InvalidArgumentError("want a file or folder.");
  return text;
}

/** A setting at each effort, for the help. */
function ofEfforts(kind: RestorationKind, name: "iterations" | "adaptations"): string {
  const at = (effort: Effort) => settingsOf(kind, effort)[name];
  return `${at("usual")}; --fast ${at("fast")}, --thorough ${at("thorough")}`;
}

const notes = `
Photos are PNG, JPEG, WebP or TIFF of up to ${maxPixels / 1e6} megapixels, by their content; anything else is refused by its name.
A folder of results belongs to one command: its task, options and models. The same command goes on in it, with other photos
as well; another one is refused before any work (exit code 2), and so is a file in the way that the command has not written.
While a command works in it, a second one is refused. A result that was changed since, or is another photo's or of another folder,
is kept as NAME.changed when the photo is computed anew. .ddpm-dip in it holds the list of what is the command's own, the finished
tiles and the pictures for index.html.
A finished photo is not computed again by the same command; Ctrl-C stops between two iterations, twice at once. Where a photo fails
or is not reached, the result that a former run has left stays on the page and in the document.
Exit codes: 0 all done, 1 some photos failed, 2 wrong usage, 130 stopped: the same command goes on from there.`;

/** The command line as commander parses it. @param run is told the request, once. */
export function createProgram(run: (request: Request) => Promise<void>): Command {
  const program = new Command("ddpm-dip")
    .description("Restores photos by Deep Image Prior and a DDPM together.")
    .showHelpAfterError("(ddpm-dip --help shows all options)")
    .addHelpText("after", notes);
  const number = (flags: string, text: string) => new Option(flags, text).argParser(readNumber);
  program
    .command("restore")
    .description("Restores photos: removes noise, fills in what is missing, or enlarges.")
    .argument("<paths...>", "photos, and folders of photos (with the folders below)")
    .option(
      "--mask <path>",
      "inpaint: a mask for all, or a folder with masks of the photos' names; white is known",
      readPath,
    )
    .addOption(
      new Option(
        "--sigma <n>",
        "noise in grey values of 255, of the photo in its own size (--size converts it); estimated for denoising where left out",
      ).argParser((text: string) => readNumber(text) / 255),
    )
    .addOption(number("--size <n>", "bring larger photos down to this longer side first, pixels"))
    .addOption(new Option("-t, --task <task>", "what is to be done").choices(photoTasks).makeOptionMandatory())
    .addOption(number("--factor <n>", "super-resolve: 2 or 4 times larger").default(defaultSettings.factor))
    .addOption(
      number(
        "--iterations <n>",
        `iterations of DIP at most (${ofEfforts("fill", "iterations")}, more around wide gaps; of denoising ${ofEfforts("denoise", "iterations")})`,
      ),
    )
    .addOption(
      number(
        "--adaptations <n>",
        `denoise: iterations of the denoiser's adaptation to the photo (${ofEfforts("denoise", "adaptations")})`,
      ),
    )
    .addOption(
      new Option(
        "--prior <names>",
        `the trained diffusions, with commas: ${priorNames.join(", ")} (FFDNet for weak noise, a DDPM above), or a DDPM's checkpoint; of several, denoising weighs all (${priorsOf("denoise").join(",")}; filling in ${priorsOf("fill").join(",")})`,
      ).argParser((text: string) => text.split(",")),
    )
    .option("--fast", "less work: quicker, somewhat worse")
    .option(
      "--thorough",
      "more work, twice the time and more: denoising fits the DDPM itself to the photo; filling in fits DIP for longer",
    )
    .addOption(number("--seed <n>", "of all random draws").default(defaultSettings.seed))
    .addOption(number("--tile <n>", "sides of a tile at most, pixels of the result").default(defaultSettings.tile))
    .addOption(number("--overlap <n>", "pixels that neighbouring tiles share").default(defaultSettings.overlap))
    .requiredOption("-o, --out <folder>", "where the results go; one folder for each command", readPath)
    .option("--fresh", "compute finished photos as well; stopped, it goes on by the same command")
    .option("--json", "one JSON document on stdout; text for people on stderr")
    .addHelpText("after", notes)
    .action(async (paths: string[], { out, mask, prior, fresh, json, fast, thorough, ...own }: Given) => {
      if (fast && thorough) throw new UsageError("--fast and --thorough: want one of them");
      const effort = fast ? "fast" : thorough ? "thorough" : "usual";
      await run({ paths, out, mask, prior, fresh, json, settings: { ...own, effort } });
    });
  return program;
}
