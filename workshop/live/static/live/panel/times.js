/** What counts on the panel: the big clock, countdowns, the ten seconds of an undo. Display only. */

import { inWords, left, used } from "../js/clock.js";
import { plenary } from "../js/core.js";
import { fill } from "../js/words.js";

const LAST_MS = 120_000;
const MINUTE = 60_000;
/** Characters of `23:42`; more of them are set smaller. */
const SHORT_TEXT = 5;

function clockData(output) {
  const slot = plenary.slot("clock")?.d;
  if (slot) return slot;
  const { at, left: rest, total } = output.dataset;
  return { at: Number(at), left: Number(rest), total: Number(total), running: "running" in output.dataset };
}

function clock(now) {
  const output = document.getElementById("clock");
  if (!output) return;
  const data = clockData(output);
  const rest = left(data, now);
  const text = inWords(rest);
  if (output.textContent !== text) output.textContent = text;
  output.classList.toggle("long", text.length > SHORT_TEXT);
  output.classList.toggle("longer", text.length > SHORT_TEXT + 1);
  output.classList.toggle("last", rest > -1_000 && rest <= LAST_MS);
  output.classList.toggle("over", rest <= -1_000);
  document.getElementById("clock-line")?.setAttribute("width", `${(100 * used(data, now)).toFixed(2)}%`);
  const line = document.getElementById("clock-used");
  const values = { used: Math.floor((data.total - rest) / MINUTE), whole: Math.round(data.total / MINUTE) };
  if (line) line.textContent = fill(line.dataset.text, values);
  for (const copy of document.querySelectorAll("[data-clock]")) copy.textContent = text;
}

function countdowns(now) {
  for (const element of document.querySelectorAll("[data-countdown]")) {
    const rest = Number(element.dataset.countdown) - now;
    element.textContent = rest > 0 ? inWords(rest) : inWords(0);
    if ("hide" in element.dataset && rest <= 0) element.closest("form")?.querySelector("button")?.setAttribute("disabled", "");
  }
}

function undo(now) {
  const toast = document.querySelector("[data-part=undo] [data-until]");
  if (toast && Number(toast.dataset.until) <= now) toast.remove();
}

export function tick() {
  const now = plenary.now();
  clock(now);
  countdowns(now);
  undo(now);
}
