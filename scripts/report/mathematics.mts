import { runtime } from "ddpm-dip";
import katex from "katex";

const code = /(```[\s\S]*?```|`[^`\n]*`)/;
const formula = /\$\$([\s\S]+?)\$\$|\$(?!\s)([^$\n]+?)(?<!\s)\$/g;

/**
 * Takes formulas out of Markdown before it is converted, which would read their underscores as emphasis, and puts
 * them back into the HTML as KaTeX's, which needs no script and no network.
 */
export class Formulas {
  private readonly rendered: string[] = [];

  /** Markdown with a mark in place of each formula; code is left alone. @throws Error naming a formula that is not valid TeX. */
  takeOut(markdown: string): string {
    const parts = markdown.split(code);
    const take = (part: string) => part.replace(formula, (_, block, inline) => this.render(block, inline));
    return parts.map((part, index) => (index % 2 === 1 ? part : take(part))).join("");
  }

  private render(block: string | undefined, inline: string | undefined): string {
    const tex = (block ?? inline) as string;
    const displayMode = block !== undefined;
    try {
      this.rendered.push(katex.renderToString(tex, { displayMode, throwOnError: true, strict: "ignore" }));
    } catch (error) {
      throw new Error(`formula "${tex}": ${runtime.whyOf(error)}`);
    }
    return `xMATHx${this.rendered.length - 1}x`;
  }

  /** HTML with the formulas back in their places. @throws Error when one was lost on the way. */
  putBack(html: string): string {
    const seen = new Set<number>();
    const filled = html.replace(/xMATHx(\d+)x/g, (_, index: string) => {
      seen.add(Number(index));
      return this.rendered[Number(index)] ?? "";
    });
    const lost = this.rendered.findIndex((_, index) => !seen.has(index));
    if (lost >= 0) throw new Error(`formula ${lost} was lost while the report was put together`);
    return filled;
  }
}
