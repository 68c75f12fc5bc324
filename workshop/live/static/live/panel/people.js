/** The list of people, live: who joins appears, what changes is written where it stands. */

import { plenary } from "../js/core.js";
import "./acts.js";

const list = document.getElementById("people");
const blank = document.getElementById("person").content.firstElementChild;

function make(key) {
  const item = blank.cloneNode(true);
  item.dataset.key = key;
  for (const input of item.querySelectorAll("input[name=p]")) input.value = key.split(":")[1];
  return item;
}

function write(item, person) {
  item.querySelector(".seat").textContent = person.number;
  item.querySelector(".label").textContent = person.label;
  item.querySelector(".profile").textContent = person.profile ?? "";
  for (const badge of item.querySelectorAll("[data-is]")) {
    if (badge.dataset.is in person) badge.hidden = !person[badge.dataset.is];
  }
  const name = item.querySelector("input[name=name]");
  if (name && name !== document.activeElement) name.value = person.name ?? "";
  const extra = item.querySelector("[role=switch]");
  if (!extra) return;
  extra.setAttribute("aria-checked", String(Boolean(person.extra_time)));
  extra.form.elements.on.value = String(!person.extra_time);
}

plenary.onSlot("people", (state) => {
  const people = state?.items ?? new Map();
  const known = new Map([...list.children].map((item) => [item.dataset.key, item]));
  for (const [key, item] of known) if (!people.has(key)) item.remove();
  for (const [key, person] of [...people].sort((a, b) => a[1].number - b[1].number)) {
    const item = known.get(key) ?? make(key);
    write(item, person);
    if (!item.isConnected) list.append(item);
  }
  document.getElementById("people-count").textContent = people.size;
  document.getElementById("people-empty").hidden = people.size > 0;
});
