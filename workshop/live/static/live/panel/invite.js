/** Bringing people in: the light that turns green when another device has joined, and help when none does. */

import { plenary } from "../js/core.js";
import { morph } from "./morph.js";

const HELP_MS = 30_000;
const own = document.body.dataset.own;
let since = 0;
let reached = false;

/** A person who is no practice learner and does not sit at this browser. */
const other = ([key, person]) => !(person.practice ?? person.simulated) && key !== own;

plenary.onSlot("people", (state) => {
  if (reached || ![...(state?.items ?? [])].some(other)) return;
  reached = true;
  for (const light of document.querySelectorAll(".light")) {
    if (!light.classList.contains("on")) plenary.say(light.dataset.on);
    light.classList.add("on");
    light.querySelector("span").textContent = light.dataset.on;
  }
});

/** A new join code or address, or the door moved: what shows it is fetched anew, because the drawing depends on the address of this browser. */
let shown;
plenary.onSlot("panel", async (state) => {
  const now = state?.d?.code && `${state.d.code} ${state.d.address} ${state.d.door}`;
  const changed = shown !== undefined && now && now !== shown;
  shown = now ?? shown;
  if (!changed) return;
  const response = await fetch(document.body.dataset.codesUrl);
  if (!response.ok) return;
  const template = document.createElement("template");
  template.innerHTML = await response.text(); // rendered by this server, the only source of HTML
  for (const place of document.querySelectorAll("[data-codes]")) morph(place, template.content.cloneNode(true));
});

/** Offer help once nobody got in for half a minute while somebody was looking. */
export function tick() {
  const shown = [...document.querySelectorAll(".invite")].some((box) => box.checkVisibility());
  if (!shown || reached || document.querySelector(".light.on")) {
    since = 0;
    return;
  }
  since ||= Date.now();
  if (Date.now() - since < HELP_MS) return;
  for (const box of document.querySelectorAll("details.help-box:not([data-offered])")) {
    box.open = true;
    box.dataset.offered = "";
  }
}
