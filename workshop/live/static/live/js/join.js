/** The join pages: a code in two groups of digits, told at once when it is too short; a word on browsers inside apps. */

const code = document.getElementById("code");
const digits = (text) => text.normalize("NFKC").replace(/\D/g, "");

function group() {
  const typed = digits(code.value).slice(0, 8);
  const half = typed.length > 6 ? 4 : 3;
  const shown = typed.length > half ? `${typed.slice(0, half)} ${typed.slice(half)}` : typed;
  // Only while typing at the end: a caret in the middle must not jump.
  if (code.selectionStart === code.value.length && code.value !== shown) code.value = shown;
}

function check(event) {
  const length = digits(code.value).length;
  const wrong = length !== 6 && length !== 8;
  const error = document.getElementById("e-code");
  error.hidden = !wrong;
  code.setAttribute("aria-invalid", String(wrong));
  if (!wrong) return;
  event.preventDefault();
  error.querySelector("span").textContent = error.dataset.short;
  code.setAttribute("aria-describedby", "e-code");
  code.focus();
}

if (code) {
  code.addEventListener("input", group);
  code.form.noValidate = true;
  code.form.addEventListener("submit", check);
}

// Too many came at once: this page tries again by itself, unless somebody is changing something on it.
const waiting = document.querySelector("form[data-again]");
if (waiting) {
  const timer = setTimeout(() => waiting.requestSubmit(), Number(waiting.dataset.again) * 1000);
  for (const sign of ["input", "submit"]) waiting.addEventListener(sign, () => clearTimeout(timer));
}

// Browsers inside messengers often lose their cookies when they close.
const inside = /\b(FBAN|FBAV|Instagram|Line\/|MicroMessenger|Snapchat|TikTok|LinkedInApp|Twitter|WebView|; wv\))/;
const help = document.getElementById("in-app");
if (help && inside.test(navigator.userAgent)) help.hidden = false;
