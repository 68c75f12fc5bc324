/** Who is here, who has answered: numbers, seats, backgrounds. */

import { plenary } from "../js/core.js";
import { fill } from "../js/words.js";
import { draw } from "./seats.js";

let room;

/** The activity whose answers fill the seats. */
const focus = () => plenary.slot("panel")?.d?.focus ?? null;

function put(name, text) {
  for (const element of document.querySelectorAll(`[data-room="${name}"]`)) {
    if (element.textContent !== String(text)) element.textContent = text;
  }
}

function counts(answered) {
  for (const element of document.querySelectorAll("[data-answered]")) {
    const n = answered[element.dataset.answered] ?? 0;
    element.textContent = fill(element.dataset.text, { n, seen: Math.max(room.seen, n) });
  }
}

/** Write what is known; called after each frame of `room` and each change of the panel. */
export function show() {
  if (!room) return;
  const answered = room.answered?.[focus()] ?? 0;
  // Practice learners have no connection, and are always here.
  const online = Math.min(room.joined, room.online + (room.practice ?? 0));
  put("joined", room.joined);
  put("online", online);
  put("answered", answered);
  const none = document.querySelector("[data-room=profiles]")?.dataset.none ?? "";
  put("profiles", (room.profiles ?? []).map(([label, n]) => `${label || none}\u00a0${n}`).join(", "));
  counts(room.answered ?? {});
  for (const button of document.querySelectorAll("[data-practice]")) {
    button.hidden = !room.practice;
    button.textContent = fill(button.dataset.practice, { n: room.practice ?? 0 });
  }
  const seats = document.getElementById("seats");
  if (!seats) return;
  draw(seats, { ...room, online, answered });
  const values = { ...room, online, answered, away: Math.max(0, room.joined - online) };
  const svg = seats.querySelector("svg");
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", fill(seats.dataset.label, values));
}

plenary.onSlot("room", (state) => {
  room = state?.d;
  show();
});
