// The side panel of the map: opened without loading the page again. Without script each mark is a link that does the same.
const place = document.getElementById("panel-place");
const board = document.querySelector(".board");
let opener = null;

const addressOf = (link) => new URL(link.getAttribute("href"), location.href);  // the href of a link in SVG is no text
const marked = (id) => [...document.querySelectorAll("a.mark")].find((mark) => addressOf(mark).searchParams.get("open") === id);

async function open(link) {
  const address = addressOf(link);
  const fragment = new URL(address);
  fragment.pathname = `${location.pathname}/panel`;
  fragment.hash = "";
  const answer = await fetch(fragment, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    location.assign(address);
    return;
  }
  place.innerHTML = await answer.text();
  opener = link;
  history.replaceState(null, "", address);
  place.querySelector("#panel-title").focus();
}

function close(address) {
  const id = place.querySelector(".panel").dataset.mark;
  place.replaceChildren();
  history.replaceState(null, "", address);
  const back = opener || marked(id);
  if (back) back.focus();
  opener = null;
}

if (place && board) {
  board.addEventListener("click", (event) => {
    const link = event.target.closest("a.mark");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });
  place.addEventListener("click", (event) => {
    const link = event.target.closest(".panel-close");
    if (!link) return;
    event.preventDefault();
    close(addressOf(link));
  });
  document.addEventListener("keydown", (event) => {
    const link = place.querySelector(".panel-close");
    if (event.key === "Escape" && link && place.contains(document.activeElement)) close(addressOf(link));
  });
  if (location.hash === "#panel" && place.querySelector("#panel-title")) place.querySelector("#panel-title").focus();
}
