/**
 * A page of the gallery. What it would have from a session stands in it (`<script type="application/json" id="standing">`):
 * an answer that was typed is sent, and the letter N (or the event `gallery:next`) lets more people answer.
 */

import { plenary } from "../live/js/core.js";

const page = JSON.parse(document.getElementById("standing")?.textContent ?? "null") ?? {};

if (page.typed) {
  const { a, q, round, v } = page.typed;
  plenary.shelf.set(`typed:${a}.${q}.${round}`, { v });
  plenary.ask.dress(document);
  document.querySelector("form.ask")?.requestSubmit();
}

const next = () => plenary.again();
document.addEventListener("gallery:next", next);
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "n" && !event.target.closest("input, textarea, select")) next();
});
