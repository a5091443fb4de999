/**
 * The browser's side: `compareImages(holder, comparison)` puts two pictures over each other into an element, with a
 * handle to draw across them: a range input, so that keys, pointers and screen readers work. Plain JavaScript.
 */
export const comparisonScript: string = `function compareImages(holder, { before, after, width, height }) {
  const style = document.createElement("style");
  style.textContent = \`
    .comparison { position: relative; overflow: hidden; max-width: 100%; --at: 50%; }
    .comparison img { position: absolute; inset: 0; display: block; width: 100%; height: 100%; max-width: none; image-rendering: pixelated; }
    .comparison .before { clip-path: inset(0 calc(100% - var(--at)) 0 0); }
    .comparison .line { position: absolute; top: 0; bottom: 0; left: var(--at); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 3px #000; }
    .comparison .line::after { content: "\\\\2194"; position: absolute; top: 50%; left: -13px; width: 28px; height: 28px; margin-top: -14px; border-radius: 50%; background: #fff; color: #222; font: 18px/28px sans-serif; text-align: center; box-shadow: 0 0 3px #000; }
    .comparison span { position: absolute; top: 6px; padding: 1px 7px; border-radius: 3px; background: rgba(255, 255, 255, 0.85); color: #222; font-size: 12px; }
    .comparison input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; touch-action: pan-y; }
    .comparison:focus-within { outline: 3px solid #0072b2; outline-offset: 2px; }\`;
  const box = document.createElement("div");
  box.className = "comparison";
  Object.assign(box.style, { width: width + "px", aspectRatio: width + " / " + height });
  const add = (tag, properties) => box.appendChild(Object.assign(document.createElement(tag), properties));
  add("img", { src: after.source, alt: after.label, className: "after" });
  add("img", { src: before.source, alt: before.label, className: "before" });
  add("div", { className: "line" });
  Object.assign(add("span", { textContent: before.label }).style, { left: "6px" });
  Object.assign(add("span", { textContent: after.label }).style, { right: "6px" });
  const input = add("input", { type: "range", min: "0", max: "100", value: "50" });
  input.setAttribute("aria-label", "How much is shown of: " + before.label);
  input.addEventListener("input", () => box.style.setProperty("--at", input.value + "%"));
  holder.append(style, box);
}`;
