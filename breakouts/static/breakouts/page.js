/**
 * The staff's page of groups: forms without a reload, people moved by dragging them, and the page kept up to date. It
 * works without this module too.
 */

import { plenary } from "../live/js/core.js";
import { give, steady, take } from "../live/js/keep.js";
import { gettext } from "../live/js/words.js";

const main = document.querySelector("[data-sets]");
const sets = document.querySelector("#sets");
const said = document.querySelector("#said");
let waiting;
let known = new Set();

function tell(text, how = "") {
  said.className = `say push ${how}`;
  said.textContent = text;
}

// ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────────

async function refresh() {
  const response = await fetch("?part=1", { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const template = document.createElement("template");
  template.innerHTML = await response.text(); // rendered by this server
  steady(() => {
    const held = take(sets);
    sets.replaceChildren(template.content);
    give(sets, held);
    equip();
  });
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 250);
}

function equip() {
  for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
  const undo = sets.querySelector("[data-until]");
  if (undo) setTimeout(() => undo.remove(), Number(undo.dataset.until) - plenary.now());
  for (const section of sets.querySelectorAll("section[data-set]")) {
    const slot = `groups:${section.dataset.set}`;
    if (known.has(slot)) continue;
    known.add(slot);
    plenary.watch(slot);
    let first = true;
    plenary.onSlot(slot, () => (first ? (first = false) : soon()));
  }
}

// ── forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function send(body) {
  try {
    const response = await fetch(main.dataset.sets, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf]").content } });
    const answer = await response.json();
    if (response.ok) tell(answer.d.said, "ok");
    else tell(answer.message, "warn");
  } catch {
    tell(gettext("No connection. Please try again."), "warn");
  }
  await refresh();
}

document.addEventListener("submit", (event) => {
  if (!main.contains(event.target) || event.target.method !== "post") return;
  event.preventDefault();
  send(new FormData(event.target));
});

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) return window.print();
  const copy = event.target.closest("[data-copy]");
  if (!copy) return undefined;
  const list = document.getElementById(copy.dataset.copy);
  try {
    await navigator.clipboard.writeText(list.textContent);
    tell(gettext("Copied."), "ok");
  } catch {
    // No clipboard over plain http: marked, so that Ctrl+C does it.
    getSelection().selectAllChildren(list);
    tell(gettext("Marked: copy it with Ctrl+C."));
  }
  return undefined;
});

// ── moving people: by the selection beside each name, or by dragging ──────────────────────────────────────────────

function move(person, group) {
  const body = new FormData();
  const fields = { act: "move", set: person.closest("[data-set]").dataset.set, p: person.dataset.person, g: group };
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  send(body);
}

// Each selection holds one group until somebody goes to it: hundreds of people times a hundred groups are slow pages.
function fillIn({ target }) {
  if (!target.matches?.("select[data-move]") || target.options.length > 1) return;
  const now = target.value;
  target.replaceChildren(target.closest("section").querySelector("template").content.cloneNode(true));
  target.value = now;
}

document.addEventListener("pointerdown", fillIn);
document.addEventListener("focusin", fillIn);

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("select[data-move]")) move(target.closest("[data-person]"), target.value);
});

let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-person]");
  if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.person);
});

const goal = (event) => {
  const box = event.target.closest?.("[data-drop]");
  return box && dragged && box.dataset.set === dragged.closest("[data-drop]").dataset.set ? box : null;
};

document.addEventListener("dragover", (event) => {
  for (const box of document.querySelectorAll(".over")) box.classList.remove("over");
  const box = goal(event);
  if (!box) return;
  event.preventDefault();
  box.classList.add("over");
});

document.addEventListener("dragend", () => {
  for (const box of document.querySelectorAll(".over")) box.classList.remove("over");
  dragged = null;
});

document.addEventListener("drop", (event) => {
  const box = goal(event);
  if (!box) return;
  event.preventDefault();
  move(dragged, box.dataset.drop);
});

equip();
