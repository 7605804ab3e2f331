"use strict";
(() => {
  const board = document.querySelector(".board");
  const tip = document.querySelector(".tip");
  if (!board || !tip) return;
  const marks = () => [...board.querySelectorAll(".farled-map a.mark")].filter((mark) => mark.getClientRects().length);
  const told = new WeakMap();
  for (const mark of board.querySelectorAll("a.mark")) {
    const title = mark.querySelector(":scope > title");
    told.set(mark, title ? title.textContent.split("\n") : []);
    if (title) title.remove();
    mark.setAttribute("tabindex", "-1");
  }
  let current = marks()[0];
  if (current) current.setAttribute("tabindex", "0");
  let timer = 0;

  function show(mark) {
    clearTimeout(timer);
    const [name, ...lines] = told.get(mark) || [];
    if (!name) return;
    const head = document.createElement("strong");
    head.textContent = name;
    tip.replaceChildren(head, ...lines.map((line) => {
      const part = document.createElement("p");
      part.textContent = line;
      return part;
    }));
    tip.hidden = false;
    const box = mark.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 8);
    const below = box.bottom + 10 + tip.offsetHeight < innerHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${below ? box.bottom + 10 : Math.max(8, box.top - tip.offsetHeight - 10)}px`;
  }
  function hide(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => { tip.hidden = true; }, wait);
  }
  function go(mark) {
    if (!mark) return;
    if (current) current.setAttribute("tabindex", "-1");
    current = mark;
    mark.setAttribute("tabindex", "0");
    mark.focus();
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  const middle = (mark) => {
    const box = mark.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  function next(mark, dx, dy) {
    const [x, y] = middle(mark);
    let best = null, least = Infinity;
    for (const other of marks()) {
      const [ox, oy] = middle(other);
      const along = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      const far = along + 3 * aside;
      if (other !== mark && along > 3 && far < least) [best, least] = [other, far];
    }
    return best;
  }
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  board.addEventListener("keydown", (event) => {
    const mark = event.target.closest("a.mark");
    if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ways) go(next(mark, ...ways[event.key]));
    else if (event.key === "Home") go(marks()[0]);
    else if (event.key === "End") go(marks().at(-1));
    else if (event.key === "Escape") hide(0);
    else return;
    event.preventDefault();
  });
  board.addEventListener("focusin", (event) => {
    const mark = event.target.closest("a.mark");
    if (mark) show(mark);
  });
  board.addEventListener("focusout", () => hide(0));
  board.addEventListener("pointerover", (event) => {
    const mark = event.target.closest("a.mark");
    if (mark) show(mark); else hide(200);
  });
  board.addEventListener("pointerleave", () => hide(200));
  tip.addEventListener("pointerenter", () => clearTimeout(timer));
  tip.addEventListener("pointerleave", () => hide(100));
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(0); });
})();
