/**
 * The results in the small picture of the screen. Staff see more of them than the room does (answers that are held), so
 * the picture is not made of the panel's own slots: it is fetched as the screen has it, once a second at most.
 */

import { plenary } from "../js/core.js";

const PACE_MS = 1_000;
let waiting;

const place = () => document.querySelector("[data-result]");

async function fetchResult() {
  waiting = undefined;
  const box = place();
  if (!box) return;
  const slot = box.dataset.result;
  const response = await fetch(`${document.body.dataset.resultUrl}?slot=${encodeURIComponent(slot)}`).catch(() => null);
  if (!response?.ok || !box.isConnected || box.dataset.result !== slot) return;
  box.innerHTML = await response.text(); // rendered by this server, the only source of HTML
}

/** The results on the screen may have changed. */
export function refresh() {
  if (place()) waiting ??= setTimeout(fetchResult, PACE_MS);
}

plenary.onSlot("tally:*", (_state, name) => {
  if (place()?.dataset.result === name) refresh();
});
