/**
 * Every control of the panel is a form that sends one op: `<form data-op="phase.extend">` with its values as inputs.
 * Here it goes through the socket instead of a page load. Values marked `data-json` are JSON, all others text.
 */

import { plenary } from "../js/core.js";
import { gettext } from "../js/words.js";

/** A button shows that it is busy only when the answer takes longer than people notice. */
const BUSY_MS = 300;
const REFUSED_MS = 6_000;
/** What only the page without script needs: which op, the token, and where to go afterwards. */
const OF_THE_PAGE = new Set(["op", "csrfmiddlewaretoken", "next"]);
let hiding;

/** The values of a form as the payload of its op. */
export function payloadOf(form) {
  const payload = {};
  for (const input of form.elements) {
    if (input.type === "radio" && !input.checked) continue;
    if (!input.name || OF_THE_PAGE.has(input.name)) continue;
    const value = "json" in input.dataset ? JSON.parse(input.value || "null") : input.value;
    // Inputs whose name ends with [] make a list.
    if (input.name.endsWith("[]")) (payload[input.name.slice(0, -2)] ??= []).push(value ?? 0);
    else payload[input.name] = value;
  }
  return payload;
}

/** Tell that something was not done, in words, for a while. */
export function refused(message) {
  const place = document.getElementById("refused");
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = message || gettext("That did not work. Please try again.");
  place?.replaceChildren(toast);
  clearTimeout(hiding);
  hiding = setTimeout(() => place?.replaceChildren(), REFUSED_MS);
}

async function send(form, button) {
  const busy = setTimeout(() => button?.setAttribute("aria-busy", "true"), BUSY_MS);
  try {
    await plenary.do(form.dataset.op, payloadOf(form), { keep: false });
    form.dispatchEvent(new CustomEvent("done", { bubbles: true }));
  } catch (error) {
    refused(error.message);
  } finally {
    clearTimeout(busy);
    button?.removeAttribute("aria-busy");
    delete form.dataset.sending;
  }
}

/** Forms that lead to several acts go to the server as they are, without leaving the page. */
async function post(form, button) {
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf]")?.content ?? "" },
      body: new FormData(form, button),
    });
    const answer = await response.json();
    if (!response.ok) refused(answer.message);
    else form.dispatchEvent(new CustomEvent("posted", { bubbles: true, detail: answer.d }));
    if (response.ok) form.reset();
  } catch {
    refused(gettext("No connection. Please try again."));
  } finally {
    delete form.dataset.sending;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const act = form.matches("[data-op]") ? send : form.matches("[data-post]") ? post : null;
  if (!act) return;
  event.preventDefault();
  // A double tap is one act.
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  act(form, event.submitter);
  const sheet = form.closest("[popover]");
  if (sheet && !("stay" in sheet.dataset) && !form.querySelector("[role=switch]")) sheet.hidePopover();
});
