// Draws the pictures of a page from the data beside them. The table below each says the same, so a picture is hidden
// from screen readers, and nothing is missing where no script runs.
const NEAR = "400px";
const drawn = new Map();
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const loaded = new Map();

/** Load a script once. */
function load(address) {
  if (!loaded.has(address)) {
    loaded.set(address, new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    }));
  }
  return loaded.get(address);
}

/** Return the colours of the theme by role, as the style sheet has them. */
function colors() {
  const style = getComputedStyle(document.documentElement);
  const value = (role) => style.getPropertyValue(`--${String(role)}`).trim();
  return new Proxy({}, { has: (_, role) => value(role) !== "", get: (_, role) => value(role) });
}

/** Return the layout for the room that there is. */
function layoutFor(chart, width) {
  return chart.layouts.findLast((each) => each.from <= width) || chart.layouts[0];
}

function draw(chart) {
  const width = chart.room.clientWidth;
  if (!width) return;
  const layout = layoutFor(chart, width);
  const wide = Math.max(width, layout.least);
  chart.canvas.style.width = `${wide}px`;
  chart.canvas.style.height = `${layout.height}px`;
  scrollable(chart, wide > width);
  if (chart.layout === layout) {
    chart.picture.resize();
    return;
  }
  if (chart.picture) chart.picture.dispose();
  chart.layout = layout;
  chart.picture = globalThis.echarts.init(chart.canvas, null, { renderer: "svg" });
  const option = globalThis.farledMarks.resolved(layout.option, colors());
  if (still.matches) option.animation = false;
  chart.picture.setOption(option);
  chart.figure.dataset.drawn = "";
}

/** A picture that is wider than its room can be scrolled with the keys. */
function scrollable(chart, is) {
  const name = chart.figure.querySelector("h2");
  if (is) {
    chart.room.tabIndex = 0;
    chart.room.setAttribute("role", "region");
    chart.room.setAttribute("aria-labelledby", name.id);
  } else {
    for (const each of ["tabindex", "role", "aria-labelledby"]) chart.room.removeAttribute(each);
  }
}

async function begin(figure) {
  const room = figure.querySelector(".room");
  await Promise.all([load(figure.dataset.echarts), load(figure.dataset.marks)]);
  await Promise.all(["400 12px", "500 12px"].map((font) => document.fonts.load(`${font} "Schibsted Grotesk"`)));
  if (!figure.isConnected) return;
  globalThis.farledMarks.register(globalThis.echarts);
  const chart = {
    figure,
    room,
    canvas: figure.querySelector(".canvas"),
    layouts: JSON.parse(figure.querySelector("script").textContent),
    layout: null,
    picture: null,
  };
  drawn.set(figure, chart);
  new ResizeObserver(() => (figure.isConnected ? draw(chart) : end(chart))).observe(room);
}

function end(chart) {
  if (chart.picture) chart.picture.dispose();
  drawn.delete(chart.figure);
}

/** Draw again in the colours of another theme. */
function recolor() {
  for (const chart of drawn.values()) {
    chart.layout = null;
    draw(chart);
  }
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    begin(entry.target);
  }
}, { rootMargin: NEAR });

for (const figure of document.querySelectorAll("figure.chart")) seen.observe(figure);
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.removedNodes) {
      for (const chart of [...drawn.values()]) if (node.contains(chart.figure)) end(chart);
    }
    for (const node of change.addedNodes) {
      if (node.querySelectorAll) for (const figure of node.querySelectorAll("figure.chart")) seen.observe(figure);
    }
  }
}).observe(document.body, { childList: true, subtree: true });
new MutationObserver(recolor).observe(document.documentElement, { attributeFilter: ["data-theme"] });
dark.addEventListener("change", recolor);
