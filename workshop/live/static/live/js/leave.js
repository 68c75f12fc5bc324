/** Leaving: what this device kept of the session goes with the person. */

import { Shelf } from "./shelf.js";

document.getElementById("leave").addEventListener("submit", () => {
  new Shelf(`plenary:${document.body.dataset.leaving}:`).clear();
});
