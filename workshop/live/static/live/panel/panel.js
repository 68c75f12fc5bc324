/** The control panel: puts each new state of the slot `panel` into the parts of the page that it concerns. */

import { whenConnectionChanges } from "../js/banner.js";
import { plenary } from "../js/core.js";
import { fill } from "../js/words.js";
import "./acts.js";
import * as invite from "./invite.js";
import * as monitor from "./monitor.js";
import { morph } from "./morph.js";
import * as queue from "./queue.js";
import * as ribbon from "./ribbon.js";
import * as room from "./room.js";
import * as times from "./times.js";

const RIBBON_MS = 10_000;
const WIDE = matchMedia("(min-width: 64rem)");
const TIME = { hour: "numeric", minute: "2-digit", second: "2-digit", hourCycle: "h23" };

function fresh(element) {
  for (const slot of [element, ...element.querySelectorAll("[data-slot]")]) {
    if (slot.dataset.slot) plenary.slots.fill(slot);
  }
}

function everySecond() {
  times.tick();
  queue.tick();
  invite.tick();
}

function show(state) {
  const template = document.createElement("template");
  template.innerHTML = state.h; // rendered by this server, the only source of HTML
  for (const part of template.content.querySelectorAll("[data-part]")) {
    for (const place of document.querySelectorAll(`body [data-part="${part.dataset.part}"]`)) {
      morph(place, part.cloneNode(true), fresh);
    }
  }
  document.body.dataset.state = state.d?.state ?? "";
  room.show();
  monitor.refresh();
  ribbon.tick();
  everySecond();
}

/** What should come into view: the activity just asked, or the one that has come onto the screen. */
let wanted = null;
let focus;
addEventListener("posted", (event) => {
  wanted = event.detail?.a ?? null;
  reveal();
});

function reveal() {
  const card = wanted && document.getElementById(`act-${wanted}`);
  if (!card) return;
  wanted = null;
  card.scrollIntoView({ block: "nearest" });
}

/** Beside the other columns the list follows the screen; on a phone the person scrolls, nobody else. */
function follow(now) {
  const list = document.getElementById("activities");
  if (focus !== undefined && now !== focus && WIDE.matches && !list.contains(document.activeElement)) wanted ??= now;
  focus = now;
  reveal();
}

let told;
plenary.onSlot("panel", (state) => {
  if (!state?.h) return;
  show(state);
  follow(state.d?.focus ?? null);
  const step = state.d?.undo?.label ?? "";
  if (told !== undefined && step && step !== told) plenary.say(step);
  told = step;
});

const sign = document.getElementById("conn");
const words = sign.firstElementChild.dataset;
const label = sign.firstElementChild.firstChild;
const saved = sign.querySelector(".num");

const LABELS = { live: words.text, polling: words.polling, reconnecting: words.slow, offline: words.off };

whenConnectionChanges(plenary, (state, waiting) => {
  sign.classList.toggle("slow", state === "reconnecting" || state === "polling");
  sign.classList.toggle("off", state === "offline");
  const count = waiting && state !== "live" ? ` · ${fill(words.waiting, { n: waiting })}` : "";
  const text = LABELS[state] + count;
  if (label.nodeValue !== text) label.nodeValue = text;
});

plenary.onSlot("*", () => {
  const time = new Date(plenary.now()).toLocaleTimeString(document.documentElement.lang, TIME);
  saved.textContent = ` · ${fill(words.saved, { time })}`;
  saved.hidden = false;
});

/** A link to an activity opens what stands folded in it. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#act-"]');
  const inside = link && document.getElementById(link.hash.slice(1))?.querySelector("details.body");
  if (inside) inside.open = true;
});

/** The dock of the phone shows which part is in view. */
const links = new Map([...document.querySelectorAll(".dock a")].map((link) => [link.hash.slice(1), link]));
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(target.id)?.setAttribute("aria-current", "true");
    }
  },
  { rootMargin: "-20% 0px -70% 0px" },
);
for (const id of links.keys()) {
  const part = document.getElementById(id);
  if (part) seen.observe(part);
}

if (location.hash === "#invite") document.getElementById("invite")?.showPopover?.();
setInterval(everySecond, 1_000);
setInterval(() => ribbon.tick(), RIBBON_MS);
everySecond();
ribbon.tick();
