// Draws an option as SVG text without a browser; widths of letters are those of Farled's own fonts.
"use strict";
let farledWidths = {};
const farledWidth = (text, font) => {
  const [, weight, size, family] = /(?:(\d{3}|bold|normal)\s+)?([\d.]+)px\s*(.*)/.exec(font) || [null, "400", "12", ""];
  const weights = farledWidths[/newsreader/i.test(family) ? "newsreader" : "grotesk"];
  const wanted = { bold: 700, normal: 400 }[weight] || Number(weight) || 400;
  const nearest = Object.keys(weights).reduce((a, b) => (Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a));
  let sum = 0;
  for (const letter of text) sum += weights[nearest][letter] || 760;
  return (sum * Number(size)) / 1000;
};
echarts.setPlatformAPI({ measureText: (text, font) => ({ width: farledWidth(text, font || "12px") }) });
farledMarks.register(echarts);
const farledDraw = (option, colors, width, height) => {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(farledMarks.resolved(JSON.parse(option), colors));
    return chart.renderToSVGString({ useViewBox: true });
  } finally {
    chart.dispose();
  }
};
