// What the options of charts name and JSON cannot hold: the number format of axes, colours by role, and the marks
// that ECharts has none for. The browser and the engine of static pictures run this same file.
"use strict";
(() => {
  const written = (value, format) => {
    const size = Math.abs(value * format.factor).toFixed(format.digits);
    const [whole, part] = size.split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, format.group);
    const sign = value < 0 && Number(size) !== 0 ? format.minus : value > 0 && format.plus ? format.plus : "";
    return sign + grouped + (part ? format.decimal + part : "") + format.suffix;
  };

  const told = (found) => {
    const items = Array.isArray(found) ? found : [found];
    return [...new Set(items.map((item) => item.data && item.data.tip).filter(Boolean))].join("\n");
  };

  /** Return the option with "@role" as a colour and format objects as functions. */
  const resolved = (part, colors) => {
    if (typeof part === "string") return part[0] === "@" && part.slice(1) in colors ? colors[part.slice(1)] : part;
    if (Array.isArray(part)) return part.map((each) => resolved(each, colors));
    if (part === null || typeof part !== "object") return part;
    const made = {};
    for (const [key, value] of Object.entries(part)) {
      if (key === "name" || key === "tip") made[key] = value; // texts from outside are never read as colours
      else if (key === "formatter" && value.group !== undefined) made[key] = (number) => written(number, value);
      else made[key] = resolved(value, colors);
    }
    if (made.tooltip) made.tooltip.formatter = told;
    return made;
  };

  const line = (x1, y1, x2, y2, style) => ({ type: "line", shape: { x1, y1, x2, y2 }, style, silent: true });

  /** An error bar: place on the category axis, low, high, slot, slots, share of the room that the bars take. */
  const interval = (upright) => (params, api) => {
    const [place, low, high, slot, slots, share] = [0, 1, 2, 3, 4, 5].map((at) => api.value(at));
    const room = (upright ? api.size([1, 0])[0] : api.size([0, 1])[1]) * share;
    const aside = (slot - (slots - 1) / 2) * (room / slots);
    const end = Math.min(4, room / slots / 3);
    const found = api.style();
    const style = { stroke: found.stroke, lineWidth: 1.5, fill: null };
    const halo = { stroke: found.fill, lineWidth: 4, fill: null, opacity: 0.75 }; // a line is seen on every bar
    const [from, to] = [low, high].map((value) => api.coord(upright ? [place, value] : [value, place]));
    const across = (upright ? from[0] : from[1]) + aside;
    const [a, b] = upright ? [from[1], to[1]] : [from[0], to[0]];
    const cap = (at, look) => (upright ? line(across - end, at, across + end, at, look) : line(at, across - end, at, across + end, look));
    const stem = (look) => (upright ? line(across, a, across, b, look) : line(a, across, b, across, look));
    return { type: "group", children: [halo, style].flatMap((look) => [stem(look), cap(a, look), cap(b, look)]) };
  };

  /** A bar between two edges of a value axis: first edge, last edge, height. */
  const bin = (params, api) => {
    const [x, top] = api.coord([api.value(0), api.value(2)]);
    const [end, bottom] = api.coord([api.value(1), 0]);
    const gap = Math.min(1, (end - x) / 6);
    const shape = { x: x + gap, y: top, width: Math.max(1, end - x - 2 * gap), height: bottom - top };
    return { type: "rect", shape, style: api.style() };
  };

  /** A way: width, its tip and where that points, loop or not, how many points, the points. Rows are passed upright. */
  const way = (params, api) => {
    const [width, x, y, dx, dy, loop, count] = [...Array(7).keys()].map((at) => api.value(at));
    const at = (number) => api.coord([api.value(7 + 2 * number), api.value(8 + 2 * number)]);
    const steps = [...Array(count).keys()].map(at);
    let path = `M${steps[0]}`;
    steps.slice(1).forEach(([px, py], place) => {
      const [ox, oy] = steps[place];
      const middle = (oy + py) / 2;
      if (loop) path += `C${ox + 30} ${oy - 6} ${ox + 30} ${py + 4} ${px} ${py}`;
      else path += ox === px ? `L${px} ${py}` : `C${ox} ${middle} ${px} ${middle} ${px} ${py}`;
    });
    const [zx, zy] = api.coord([x, y]);
    const [long, half] = [6 + 0.9 * width, 3 + 0.7 * width];
    const [bx, by] = [zx - dx * long, zy - dy * long];
    const head = [[zx, zy], [bx - dy * half, by + dx * half], [bx + dy * half, by - dx * half]];
    const { fill, stroke } = api.style();
    const line = (color, thick) => ({ type: "path", shape: { pathData: path }, style: { stroke: color, lineWidth: thick, fill: null } });
    const rim = line(stroke, width + 1.6); // where two cross, one is seen to pass over the other
    return { type: "group", children: [rim, line(fill, width), { type: "polygon", shape: { points: head }, style: { fill } }] };
  };

  const register = (echarts) => {
    echarts.registerCustomSeries("interval-along", interval(false));
    echarts.registerCustomSeries("interval-upright", interval(true));
    echarts.registerCustomSeries("bin", bin);
    echarts.registerCustomSeries("way", way);
  };

  globalThis.farledMarks = { register, resolved, written };
})();
