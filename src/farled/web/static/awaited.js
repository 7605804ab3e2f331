// The map is here, its findings are not yet: they come with the same page, at once where the reader has not begun to read.
const awaited = document.querySelector("[data-awaits]");

async function wait() {
  const answer = await fetch(awaited.dataset.awaits, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const reads = scrollY > 40 || document.querySelector("#panel") || document.activeElement !== document.body;
  if (reads) awaited.querySelector(".word").textContent = awaited.dataset.done;
  else location.replace(awaited.querySelector("a").href);
}

if (awaited) wait();
