/** The timeline between two frames of the server: the line for now moves, and what is late moves with it. */

import { plenary } from "../js/core.js";
import { fill } from "../js/words.js";

const MINUTE = 60_000;
/** A running phase with less than this behind it, in per cent, has its text after the dark part. */
const SHORT = 45;

const percent = (value) => `${value.toFixed(2)}%`;
const minutes = (ms) => Math.round(ms / MINUTE);

/** A time of the day in the server's zone, as the server writes it. */
export function clockText(ms, offset) {
  const date = new Date(ms + offset * MINUTE);
  return `${date.getUTCHours()}:${String(date.getUTCMinutes()).padStart(2, "0")}`;
}

/** How far the end has moved since the server drew: by a pause, or by a phase that is over its time. */
export function moved(ribbon, now) {
  if ("paused" in ribbon) return Math.max(0, now - Number(ribbon.at));
  if ("held" in ribbon) return 0;
  return Math.max(0, now - Number(ribbon.current ?? Infinity));
}

function place(element, at, data) {
  element.setAttribute("x", percent((100 * (at - data.begin)) / data.length));
}

export function tick(root = document) {
  const svg = root.querySelector(".rundown");
  if (!svg) return;
  const set = svg.dataset;
  const data = { begin: Number(set.begin), length: Number(set.length), offset: Number(set.offset) };
  const now = plenary.now();
  const running = svg.querySelector(".running");
  const by = moved({ ...set, current: running?.dataset.end }, now);
  if (running) current(running, now, by, data);
  for (const bar of svg.querySelectorAll(".coming")) coming(bar, by, data);
  head(svg, now, data);
  if (running) drift(root, set, by, data);
}

function current(bar, now, by, data) {
  const begin = Number(bar.dataset.begin);
  const end = Number(bar.dataset.end) + by;
  bar.setAttribute("width", percent((100 * (end - begin)) / data.length));
  const gone = Math.min(99.5, (100 * (now - begin)) / (end - begin));
  bar.querySelector(".gone").setAttribute("width", percent(gone));
  const text = bar.querySelector("text");
  bar.classList.toggle("short", gone < SHORT);
  text.setAttribute("x", gone < SHORT ? percent(gone) : "0");
  text.textContent = fill(text.dataset.of, { used: Math.floor((now - begin) / MINUTE), whole: minutes(end - begin) });
}

function coming(bar, by, data) {
  const begin = Number(bar.dataset.begin) + by;
  place(bar, begin, data);
  const text = bar.querySelector("text");
  if (text.textContent) text.textContent = clockText(begin, data.offset);
}

function head(svg, now, data) {
  const line = svg.querySelector(".head");
  const pole = svg.querySelector(".flagpole");
  if (!line || !pole) return;
  const at = percent(Math.min(100, Math.max(0, (100 * (now - data.begin)) / data.length)));
  line.setAttribute("x1", at);
  line.setAttribute("x2", at);
  pole.setAttribute("x", at);
  pole.querySelector("text").textContent = clockText(now, data.offset);
  clear(svg, pole);
}

/** The times of the axis that stand under the time of now are left out. */
function clear(svg, pole) {
  const flag = pole.querySelector(".flag").getBoundingClientRect();
  for (const text of svg.querySelectorAll(":scope > text")) {
    const box = text.getBoundingClientRect();
    text.classList.toggle("under", box.left < flag.right + 4 && box.right > flag.left - 4);
  }
}

function drift(root, set, by, data) {
  const box = root.querySelector("#drift");
  if (!box) return;
  const end = Number(set.end) + by;
  const late = minutes(end - Number(set.plannedEnd));
  box.classList.toggle("late", late > 0);
  box.classList.toggle("early", late < 0);
  const words = late > 0 ? box.dataset.late : late < 0 ? box.dataset.early : box.dataset.on;
  box.querySelector("b").textContent = fill(words, { minutes: Math.abs(late) });
  const times = { time: clockText(end, data.offset), planned: clockText(Number(set.plannedEnd), data.offset) };
  box.querySelector("span").textContent = fill(box.dataset.ends, times);
}
