// What a page can do more with script: copy a text, tell when it is done. Everything else works without.
const said = document.getElementById("said");

for (const button of document.querySelectorAll("button[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    if (said) said.textContent = button.dataset.done;
    button.querySelector(".word").textContent = button.dataset.done;
  });
}

// A menu that covers the page closes with Escape and gives the focus back.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector(".top details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
