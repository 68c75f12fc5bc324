/**
 * The preview beside an activity's form (htmx does the asking): it shows the question in which somebody writes, follows
 * when the form is drawn anew, and says in one polite sentence what it shows, when that has changed.
 */

const preview = document.getElementById("preview");
const spoken = document.getElementById("say");
let at = "";

/** The number of the question that an element belongs to, '' for none. */
const question = (element) => element?.closest?.("fieldset.question")?.querySelector(":scope > input[name=q]")?.value ?? "";

function redraw() {
  globalThis.htmx?.trigger(preview, "redraw");
}

if (preview) {
  document.addEventListener("focusin", ({ target }) => {
    const now = question(target);
    if (!now || now === at) return;
    const other = at !== "";
    at = now;
    if (other) redraw();
  });
  preview.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.parameters.at = document.getElementById(`question-${at}`) ? at : "";
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target.id === "preview-pictures") {
      document.getElementById("preview-note").textContent = "";
      const said = preview.querySelector("[data-said]")?.dataset.said ?? "";
      if (spoken && said && spoken.textContent !== said) spoken.textContent = said;
    } else if (detail.target.id === "questions") redraw();
  });
}
