/** The page of a learner: phase, time, activities in order, notes, hand and help, and the state of the connection. */

import { watch } from "./banner.js";
import { used } from "./clock.js";
import { plenary } from "./core.js";
import { icon } from "./foot.js";
import { steady } from "./keep.js";
import { changes, mine } from "./stage.js";
import { fill, gettext, timeOf } from "./words.js";

const find = (selector) => document.querySelector(selector);
const bound = (name) => find(`[data-bind="${name}"]`);
const home = find("#activities");

plenary.onSlot("stage", ({ d }) => {
  const before = document.body.dataset.state;
  document.body.dataset.state = d.state;
  for (const part of document.querySelectorAll("[data-when]")) {
    // The attribute, not the property: drawings have none.
    part.toggleAttribute("hidden", !part.dataset.when.split(" ").includes(d.state));
  }
  if (before !== d.state) spoken(d);
  if (d.phase) phase(d);
  arrange(mine(d.activities, document.body.dataset.profile ?? ""));
});

function spoken(d) {
  if (d.state === "running" && d.phase) plenary.say(fill(gettext("It begins: %(title)s"), { title: d.phase.title }));
  if (d.state === "ended") plenary.say(gettext("The session has ended. Thank you."));
}

let current = bound("title").textContent;

function phase(d) {
  if (current && current !== d.phase.title) plenary.say(fill(gettext("Now: %(title)s"), { title: d.phase.title }));
  current = d.phase.title;
  bound("title").textContent = d.phase.title;
  bound("place").textContent = fill(bound("place").dataset.form, d.phase);
}

plenary.onSlot("clock", clock);

function clock() {
  const d = plenary.slot("clock")?.d;
  const until = bound("until");
  if (!d) return;
  const share = used(d, plenary.now());
  bound("used").setAttribute("width", `${(100 * share).toFixed(1)}%`);
  const text = !d.running ? until.dataset.paused : fill(until.dataset.form, d);
  const shown = d.running && share >= 1 ? until.dataset.over : text;
  if (until.textContent !== shown) until.textContent = shown;
}

setInterval(clock, 1_000);

plenary.onSlot("notice", (state) => {
  const box = find("#notice");
  const text = state?.d?.text ?? "";
  const line = box.querySelector("b");
  if (text && text !== line.textContent) plenary.say(text);
  steady(() => {
    line.textContent = text;
    box.hidden = !text;
  });
});

/** Put the activities of the stage in order; those that stay are not touched. */
function arrange(activities) {
  const elements = new Map([...home.children].map((element) => [element.dataset.activity, element]));
  const wanted = activities.map((activity) => String(activity.id));
  const { gone, fresh } = changes([...elements.keys()], wanted);
  const all = activities.map((activity) => elements.get(String(activity.id)) ?? make(activity));
  steady(() => {
    for (const id of gone) remove(elements.get(id));
    place(all);
    all.forEach((element, at) => fold(element, activities[at], at));
    find("#up").hidden = wanted.length > 0;
  });
  for (const [at, id] of wanted.entries()) {
    if (fresh.includes(id)) plenary.slots.fill(all[at]);
  }
  plenary.ask.refoot();
  if (fresh.length) {
    plenary.say(fill(gettext("New: %(title)s"), { title: activities.filter(({ id }) => fresh.includes(String(id))).map(({ title }) => title).join(", ") }));
    const first = activities.find(({ id }) => fresh.includes(String(id)));
    filled(home.querySelector(`[data-activity="${first.id}"]`), (element) => arrived(element, first.title));
  }
}

/** Around the one that is in hand, else around one that is there: moving an element would take the focus from it. */
function place(all) {
  const held = all.findIndex((element) => element.contains(document.activeElement));
  const rests = held < 0 ? all.findIndex((element) => element.isConnected) : held;
  if (rests < 0) {
    home.append(...all);
    return;
  }
  for (let at = rests + 1; at < all.length; at += 1) {
    if (all[at - 1].nextElementSibling !== all[at]) all[at - 1].after(all[at]);
  }
  for (let at = rests - 1; at >= 0; at -= 1) {
    if (all[at + 1].previousElementSibling !== all[at]) all[at + 1].before(all[at]);
  }
}

/** What is over is one line as soon as something newer stands above it; a tap opens it again. */
function fold(element, { title, state }, at) {
  const line = element.querySelector("summary");
  const folded = state === "closed" && at > 0;
  element.setAttribute("aria-label", title);
  line.querySelector("bdi").textContent = title;
  if (line.hidden !== folded) return;
  line.hidden = !folded;
  line.parentElement.open = !folded;
}

function make(activity) {
  const element = find("#activity").content.firstElementChild.cloneNode(true);
  element.dataset.activity = activity.id;
  inside(element).dataset.slot = `activity:${activity.id}`;
  return element;
}

const inside = (element) => element.querySelector(".fold > div");

function remove(element) {
  const unsent = element.querySelector("form.ask[data-touched]");
  if (unsent) plenary.say(fill(gettext("“%(title)s” has closed. What you had not sent was not counted."), { title: element.getAttribute("aria-label") }));
  element.remove();
}

/** The stage names an activity before its content comes: without content it has no place to go to. */
function filled(element, then) {
  const content = inside(element);
  if (content.childElementCount) {
    then(element);
    return;
  }
  new MutationObserver((_changes, observer) => {
    observer.disconnect();
    if (element.isConnected) then(element);
  }).observe(content, { childList: true });
}

/** In the middle of an answer: something unsent, or the caret in a field. A choice that was sent holds nobody. */
const busy = () => find("form.ask[data-touched]") || document.activeElement?.matches("textarea, input:not([type=radio], [type=checkbox])");

/** Go to what is new; where somebody is in the middle of an answer, a button leads there instead of a jump. */
function arrived(element, title) {
  const box = element.getBoundingClientRect();
  if (box.top >= 0 && box.top < innerHeight / 2) return;
  if (!busy()) {
    element.scrollIntoView({ block: "start" });
    return;
  }
  find("#jump")?.remove();
  const jump = document.createElement("button");
  jump.id = "jump";
  jump.className = "toast";
  jump.append(fill(gettext("New: %(title)s"), { title }), icon("next"));
  jump.addEventListener("click", () => {
    element.scrollIntoView({ block: "start" });
    jump.remove();
  });
  find("#foot").prepend(jump);
}

plenary.onSlot("you", ({ d }) => {
  bound("label").textContent = d.label;
  if (d.profile) document.body.dataset.profile = d.profile;
  toggle("hand", d.hand);
  toggle("help", d.help);
  note(d.note);
});

function toggle(name, on) {
  const form = find(`[data-toggle="${name}"]`);
  const button = form.querySelector("button");
  if (plenary.outbox.waiting().some((entry) => entry.op === name)) return;
  button.setAttribute("aria-pressed", String(Boolean(on)));
  if (name === "help") button.querySelector("span").textContent = on ? button.dataset.on : button.dataset.off;
}

for (const form of document.querySelectorAll("[data-toggle]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = form.dataset.toggle;
    const button = form.querySelector("button");
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    if (name === "help") button.querySelector("span").textContent = on ? button.dataset.on : button.dataset.off;
    const said = name === "hand"
      ? on ? gettext("Your hand is up.") : gettext("Your hand is down.")
      : on ? gettext("Your facilitator sees that you need help.") : gettext("Help is no longer wanted.");
    plenary.do(name, name === "hand" ? { up: on } : { on }, { key: name }).then(() => plenary.say(said), (refusal) => {
      button.setAttribute("aria-pressed", String(!on));
      plenary.say(refusal.message);
    });
  });
}

const text = find("#note-text");
const noteLine = find("#note .say");
let noteN = Number(find("#note [name=n]").value) - 1;
let noteTimer = null;

function note(saved) {
  if (!saved) return;
  noteN = Math.max(noteN, saved.n);
  const writing = noteTimer || document.activeElement === text || plenary.outbox.waiting().some((entry) => entry.op === "note");
  if (!writing && text.value !== saved.text) text.value = saved.text;
}

text.addEventListener("input", () => {
  clearTimeout(noteTimer);
  noteLine.replaceChildren();
  noteLine.className = "say";
  noteTimer = setTimeout(keepNote, 800);
});

function keepNote() {
  noteTimer = null;
  noteN += 1;
  const sent = plenary.do("note", { text: text.value, n: noteN }, { key: "note" });
  if (!plenary.connected()) {
    noteLine.className = "say warn";
    noteLine.textContent = gettext("Kept on this phone, waiting to send");
  }
  sent.then((d) => {
    if (d.superseded) return;
    const time = timeOf(plenary.now());
    noteLine.className = "say ok";
    noteLine.replaceChildren(icon("check"), fill(gettext("Saved at %(time)s"), { time }));
  }, (refusal) => {
    noteLine.className = "say bad";
    noteLine.textContent = refusal.message;
  });
}

find("#note").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(noteTimer);
  keepNote();
});

// The seat that is one's own: the drawing is the same for all, so it is marked here.
plenary.onSlot("here", () => queueMicrotask(ownSeat));

function ownSeat() {
  const drawn = find("[data-slot=here] .seats");
  const taken = drawn?.querySelectorAll(".in, .you") ?? [];
  const own = taken[Math.min(Number(document.body.dataset.who), taken.length) - 1];
  if (own) own.setAttribute("class", "you");
}

watch(plenary, (off, words) => {
  const banner = find("#offline");
  banner.hidden = !off;
  banner.querySelector("b").textContent = words.title;
  banner.querySelector("span").textContent = words.text;
});

plenary.onConnection((state, code) => {
  const line = find("#conn");
  line.className = state === "open" ? "conn" : state === "polling" ? "conn slow" : state === "connecting" ? "conn slow" : "conn off";
  const words = { open: line.dataset.open, polling: line.dataset.slow, connecting: line.dataset.connecting };
  line.textContent = words[state] ?? line.dataset.off;
  if (state !== "stopped") return;
  if (code === 4409) find("#stopped").showModal();
  // Removed, erased, or the cookie is gone: the server has a page that says so.
  else if (code) location.reload();
});

find("#go-on").addEventListener("click", () => {
  find("#stopped").close();
  plenary.again();
});
