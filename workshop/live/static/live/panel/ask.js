/**
 * "Ask one question now" shows what it would open while somebody writes: the kind that the pointer or the focus is on,
 * else the first one. A tap on a button asks at once, as ever.
 */

const TYPED_MS = 350;
const MOVED_MS = 120;
const sheet = document.getElementById("ask");
const form = sheet?.querySelector("form");
const place = document.getElementById("ask-look");
let choice = "";
let waiting;
let newest = 0;

async function look() {
  const number = ++newest;
  const body = new FormData(form);
  body.set("choice", choice || form.querySelector("[name=choice]").value);
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf]")?.content ?? "" };
  const response = await fetch(place.dataset.look, { method: "POST", headers, body }).catch(() => null);
  if (number === newest && response?.ok) show(await response.text());
}

/** The pictures as the server drew them; their style sheets stay in the head, each once. */
function show(html) {
  const drawn = document.createElement("template");
  drawn.innerHTML = html;
  for (const link of drawn.content.querySelectorAll("link[rel=stylesheet]")) {
    const known = [...document.styleSheets].some(({ href }) => href === link.href);
    if (known) link.remove();
    else document.head.append(link);
  }
  place.replaceChildren(drawn.content);
}

function soon(after) {
  clearTimeout(waiting);
  waiting = setTimeout(look, after);
}

if (form && place?.dataset.look) {
  sheet.addEventListener("toggle", ({ newState }) => newState === "open" && look());
  form.addEventListener("input", () => soon(TYPED_MS));
  for (const event of ["pointerover", "focusin"]) {
    form.addEventListener(event, ({ target }) => {
      const value = target.closest("[name=choice]")?.value;
      if (!value || value === choice) return;
      choice = value;
      soon(MOVED_MS);
    });
  }
}
