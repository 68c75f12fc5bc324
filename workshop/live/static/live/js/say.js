/** A spoken sentence for every change of state, in one polite live region at the end of the page. */

let region;
let pending;

function place() {
  region = document.getElementById("spoken");
  if (region) return;
  region = document.createElement("p");
  region.id = "spoken";
  region.className = "vh";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  document.body.append(region);
}

/** @param {string} text read out by screen readers, seen by nobody */
export function say(text) {
  if (!region?.isConnected) place();
  clearTimeout(pending);
  region.textContent = "";
  // The same sentence twice is read twice only when the region was empty in between.
  pending = setTimeout(() => {
    region.textContent = text;
  }, 60);
}
