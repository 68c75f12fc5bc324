/**
 * Needs you: hands, calls for help and held answers, the longest waiting first; as the page brings them at first. What else waits for staff in an activity is
 * told by its own element with the event `plenary:waits` (`{a, count, text}`) on the document, and told again when
 * `plenary:who-waits` asks for it.
 */

import { inWords } from "../js/clock.js";
import { plenary } from "../js/core.js";
import { fill } from "../js/words.js";

const list = document.getElementById("queue-list");
const held = new Map();
const told = new Map();
let calls = new Map();
let heard = false;

function stage() {
  return plenary.slot("stage")?.d?.activities ?? [];
}

function entries() {
  const waiting = [...calls].map(([key, item]) => ({ key, ...item }));
  waiting.sort((a, b) => a.since - b.since);
  for (const [activity, count] of held) {
    if (!count) continue;
    const label = stage().find((each) => String(each.id) === activity)?.title ?? "";
    waiting.push({ key: `a:${activity}`, kind: "held", label, count, activity });
  }
  for (const [activity, { count, text }] of told) {
    const label = stage().find((each) => String(each.id) === activity)?.title ?? "";
    if (count) waiting.push({ key: `w:${activity}`, kind: "held", label, count, text, activity });
  }
  return waiting;
}

function make(entry) {
  const kind = ["hand", "held"].includes(entry.kind) ? entry.kind : "help";
  const item = document.getElementById(`queue-${kind}`).content.firstElementChild.cloneNode(true);
  item.dataset.key = entry.key;
  const input = item.querySelector("input[data-json]");
  if (input) {
    input.name = entry.g ? "g" : "p";
    input.value = entry.g ?? entry.p;
  }
  if (kind === "held") item.querySelector("a").href = `#act-${entry.activity}`;
  return item;
}

function write(item, entry) {
  item.querySelector("b span").textContent = entry.label;
  item.dataset.since = entry.since ?? "";
  item.dataset.count = entry.count ?? "";
  item.dataset.text = entry.text ?? "";
  const button = item.querySelector("button");
  if (button) button.setAttribute("aria-label", `${button.textContent.trim()}: ${entry.label}`);
}

function render() {
  const wanted = entries();
  const keys = new Set(wanted.map((entry) => entry.key));
  for (const item of [...list.children]) if (!keys.has(item.dataset.key)) item.remove();
  for (const entry of wanted) {
    const old = [...list.children].find((item) => item.dataset.key === entry.key && "live" in item.dataset);
    const item = old ?? make(entry);
    item.dataset.live = "";
    if (!old) list.querySelector(`[data-key="${CSS.escape(entry.key)}"]`)?.remove();
    if (!old) list.append(item);
    write(item, entry);
  }
  for (const count of document.querySelectorAll("[data-queue-count]")) {
    count.textContent = wanted.length;
    count.hidden = !wanted.length;
  }
  document.getElementById("queue-empty").hidden = wanted.length > 0;
  tick();
}

function announce(before) {
  for (const [key, item] of calls) {
    if (before.has(key) || !heard) continue;
    plenary.say(fill(item.kind === "hand" ? list.dataset.saidHand : list.dataset.saidHelp, { name: item.label }));
  }
}

/** How long each of them has waited. */
export function tick() {
  const now = plenary.now();
  for (const item of list?.children ?? []) {
    const { kind, since, count, text: said } = item.dataset;
    let text = fill(kind === "hand" ? list.dataset.hand : list.dataset.help, { time: inWords(Math.max(0, now - since)) });
    if (said) text = said;
    else if (kind === "held") text = Number(count) === 1 ? list.dataset.heldOne : fill(list.dataset.held, { n: count });
    item.querySelector("p").textContent = text;
  }
}

if (list) {
  // What waited when the page was made, until the activity itself is heard.
  for (const { dataset } of list.querySelectorAll("[data-a]")) {
    told.set(dataset.a, { count: Number(dataset.count), text: dataset.text });
  }
  plenary.onSlot("queue", (state) => {
    const before = calls;
    calls = new Map(state?.items ?? []);
    announce(before);
    heard = true;
    render();
  });
  document.addEventListener("plenary:waits", ({ detail }) => {
    told.set(String(detail.a), detail);
    render();
  });
  document.dispatchEvent(new Event("plenary:who-waits"));
  plenary.onSlot("answers:*", (state, name) => {
    const waiting = [...(state?.items?.values() ?? [])].filter((item) => item.status === "held");
    const activity = name.split(":")[1];
    held.set(activity, waiting.length);
    told.delete(activity);
    render();
  });
}
