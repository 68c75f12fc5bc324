/**
 * The projector: shows the scene, counts the time down, and can be driven by a clicker. It must survive everything:
 * what it has stays when the server is gone, and it comes back by itself.
 */

import { watch } from "./banner.js";
import { inWords, left } from "./clock.js";
import { plenary } from "./core.js";
import { fill, gettext, ngettext } from "./words.js";

const find = (selector) => document.querySelector(selector);
const all = (selector) => document.querySelectorAll(selector);
const LAST_MS = 120_000;

function clock() {
  const d = plenary.slot("clock")?.d;
  if (!d) return;
  const ms = left(d, plenary.now());
  for (const face of all("[data-clock]")) {
    const text = inWords(ms);
    if (face.textContent !== text) face.textContent = text;
    face.classList.toggle("over", ms <= -1_000);
  }
  for (const line of all("[data-until]")) {
    line.textContent = d.running ? fill(line.dataset.form, d) : line.dataset.paused;
  }
  for (const note of all("[data-stands]")) note.hidden = d.running;
  for (const drawing of all("[data-minutes]")) minutes(drawing, ms, d.total);
  document.documentElement.classList.toggle("last", ms < LAST_MS);
}

/** A seat is a minute (or a share of a long phase): filled while it is left. */
function minutes(drawing, ms, total) {
  const seats = drawing.querySelectorAll("circle");
  const shown = Math.ceil((Math.max(0, ms) / Math.max(total, 1)) * seats.length);
  seats.forEach((seat, at) => {
    const mark = at < shown ? "yes" : "";
    if ((seat.getAttribute("class") ?? "") !== mark) seat.setAttribute("class", mark);
  });
}

/** Practice learners have no connection, and are always here. */
const here = (d) => d.seen ?? Math.min(d.joined, d.online + (d.practice ?? 0));

function room() {
  const d = plenary.slot("room")?.d;
  if (!d) return;
  for (const line of all("[data-people]")) {
    line.textContent = fill(ngettext("%(n)s here", "%(n)s here", d.joined), { n: d.joined });
  }
  for (const line of all("[data-answered]")) {
    const answered = d.answered?.[line.dataset.answered];
    line.textContent = answered === undefined ? "" : fill(line.dataset.form, { answered, seen: Math.max(here(d), answered) });
  }
}

plenary.onSlot("clock", clock);
plenary.onSlot("room", room);
plenary.onSlot("scene", () => queueMicrotask(() => {
  // Staff chose another language: the sentences around the scene, and those of the scripts, came with the page.
  const { lang } = find("#scene > section") ?? {};
  if (lang && lang !== document.documentElement.lang) location.reload();
  clock();
  room();
}));
setInterval(clock, 250);

plenary.onSlot("notice", (state) => {
  const line = find("#notice");
  line.textContent = state?.d?.text ?? "";
  line.hidden = !line.textContent;
});

watch(plenary, (off, words) => {
  const line = find("#offline");
  line.hidden = !off;
  line.querySelector("span").textContent = words.text;
});

plenary.onConnection((state, code) => {
  if (state === "stopped" && code && code !== 4409) location.reload();
});

/** Keys of a clicker and of a keyboard. */
const KEYS = new Map([
  ["PageDown", () => step(true)],
  ["ArrowRight", () => step(true)],
  ["ArrowDown", () => step(true, true)],
  [" ", () => step(true)],
  ["PageUp", () => step(false)],
  ["ArrowLeft", () => step(false)],
  ["ArrowUp", () => step(false, true)],
  ["b", () => blank()],
  [".", () => blank()],
  ["f", () => full()],
  ["F5", () => full()],
  ["?", () => help()],
]);

/** ``page``: turn the page of a long result, where there is one on the wall. */
function step(forward, page = false) {
  if (!find("#blank").hidden) {
    blank();
    return;
  }
  plenary.do("screen.step", { forward, page }, { key: "step" }).catch((refusal) => plenary.say(refusal.message));
}

/** Blank here alone, at once, even without a server: what was wrong on the wall is gone. */
function blank() {
  const cover = find("#blank");
  cover.hidden = !cover.hidden;
  plenary.say(cover.hidden ? gettext("The screen shows again.") : gettext("The screen is blank."));
}

function full() {
  const root = document.documentElement;
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.().catch(() => {});
}

let hide = null;

function help() {
  find("#keys").hidden = false;
  clearTimeout(hide);
  hide = setTimeout(() => {
    find("#keys").hidden = true;
  }, 8_000);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const act = KEYS.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("dblclick", full);

/** Keep the display awake: exists under TLS only, and is given back by the system when the page is hidden. */
async function awake() {
  if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // Refused, for instance on low battery: the projector's own settings then decide.
  }
}

awake();
document.addEventListener("visibilitychange", awake);
