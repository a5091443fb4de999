// Draws a figure when it comes into view, in place of its picture; print keeps the pictures.
const plots = JSON.parse(document.getElementById("plots").textContent);
const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      const { data, layout } = plots[target.dataset.plot];
      const holder = document.createElement("div");
      holder.className = "interactive";
      target.append(holder);
      Plotly.newPlot(holder, data, layout, { displaylogo: false }).then(() => target.classList.add("drawn"));
    }
  },
  { rootMargin: "400px" },
);
if (!matchMedia("print").matches) {
  for (const target of document.querySelectorAll("[data-plot]")) observer.observe(target);
}

// Two images over each other with a handle, in place of the picture of both; print keeps the picture.
const comparisons = JSON.parse(document.getElementById("comparisons").textContent);
for (const target of document.querySelectorAll("[data-comparison]")) {
  const holder = document.createElement("div");
  holder.className = "interactive";
  target.append(holder);
  compareImages(holder, comparisons[target.dataset.comparison]);
  target.classList.add("drawn");
}

const button = document.getElementById("show-code");
button.addEventListener("click", () => {
  const open = button.textContent === "show all code";
  for (const details of document.querySelectorAll("details.code")) details.open = open;
  button.textContent = open ? "hide all code" : "show all code";
});
