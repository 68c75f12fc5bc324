/**
 * Answer forms.
 *
 *   <form class="ask" data-a="31" data-q="q1" data-round="1" data-shape="one" method="post" action="…">
 *     … inputs named "v" …
 *     <p class="say" role="status"></p>
 *     <button class="btn go lg">Send answer</button>
 *   </form>
 *
 * `data-shape` is the question kind's value shape: one, many, number, text or json. With `data-draft` the answer is
 * saved while it is typed, and the button (if any) hands it in. `data-hint` on the form or on a part of it replaces
 * "Choose one" and its like. A part that is not complete says what is missing in `data-unready`: it is kept, not sent.
 * An input named "w" says for how many people the phone answers.
 * "Saved at" is shown only after the server has said so.
 */

import { read, same, write } from "./answers.js";
import { Foot } from "./foot.js";
import { fill, gettext, timeOf } from "./words.js";

const DRAFT_MS = 700;
const HINTS = {
  one: () => gettext("Choose one"),
  many: () => gettext("Choose all that apply"),
  number: () => gettext("Choose one"),
  text: () => gettext("Type your answer"),
  json: () => "",
};

const place = (form) => [form.dataset.a, form.dataset.q, form.dataset.round];
const who = (form) => form.dataset.subject ?? "";
const inputs = (form) => [...form.querySelectorAll("[name=v]")];
const usable = (form) => inputs(form).some((input) => !input.disabled);
const table = (form) => form.querySelector("[name=w]");
const people = (form) => Number(table(form)?.value) || undefined;
const unready = (form) => form.querySelector("[data-unready]")?.dataset.unready ?? "";
const submitter = (form) => form.querySelector("button:not([type]), button[type=submit], input[type=submit]");
const isText = (element) =>
  element?.matches?.("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button])");
/** Plain objects for answers.js: only what can be checked has `checked`. */
const fields = (form) =>
  inputs(form)
    .filter((input) => !input.disabled || input.checked)
    .map((input) =>
      input.type === "radio" || input.type === "checkbox"
        ? { value: input.value, checked: input.checked }
        : { value: input.value },
    );

export class Ask {
  #answers;
  #plenary;
  #foot = new Foot();
  #state = new WeakMap();
  #timers = new WeakMap();
  /** People at this phone, as last typed. */
  #together;

  /**
   * @param {object} plenary see core.js
   * @param {import("./answers.js").Answers} answers
   * @param {import("./slots.js").Slots} slots
   */
  constructor(plenary, answers, slots) {
    this.#plenary = plenary;
    this.#answers = answers;
    this.slots = slots;
    slots.swapped((element) => this.dress(element));
    plenary.onSlot("you", (state) => {
      answers.take(state?.d?.answers);
      this.dress(document);
    });
    plenary.outbox.on((event, entry, frame) => this.#told(event, entry, frame));
    // "Sending" is true only while there is somebody to send to.
    plenary.onConnection(() => document.querySelectorAll("form.ask").forEach((form) => this.#pending(form) && this.#show(form)));
    document.addEventListener("input", (event) => this.#typed(event));
    document.addEventListener("change", (event) => this.#typed(event));
    document.addEventListener("submit", (event) => this.#submitted(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("click", (event) => this.#clicked(event));
    this.dress(document);
  }

  /** Fill in own answers and drafts, and say how each form stands. */
  dress(root) {
    const forms = root.matches?.("form.ask") ? [root] : [...root.querySelectorAll("form.ask")];
    for (const form of forms) this.#dress(form);
    this.refoot();
  }

  /** One open question: its action stands at the foot, at the thumb. */
  refoot() {
    const open = [...document.querySelectorAll("form.ask")].filter(usable);
    const alone = open.length === 1 && !("draft" in open[0].dataset) && submitter(open[0]);
    this.#foot.follow(alone ? open[0] : null, submitter);
    for (const form of open) this.#show(form);
  }

  #dress(form) {
    const typed = this.#answers.typed(...place(form), who(form));
    const saved = this.#saved(form);
    const value = typed === undefined ? saved?.v ?? null : typed.v;
    if (typed !== undefined) form.dataset.touched = "";
    if (typed !== undefined || saved || !form.hasAttribute("data-touched")) this.#put(form, value);
    this.#seat(form, saved);
    this.#show(form);
  }

  /** How many people answer on this phone: as last said, here or for another question. */
  #seat(form, saved) {
    const input = table(form);
    if (!input || input.value || input === document.activeElement) return;
    const answers = Object.values(this.#plenary.you()?.answers ?? {}).flatMap(({ q }) => Object.values(q ?? {}));
    input.value = saved?.w ?? this.#together ?? answers.find(({ w }) => w)?.w ?? "";
  }

  #saved(form) {
    const saved = this.#answers.saved(...place(form), who(form));
    return saved && saved.status !== "withdrawn" ? saved : null;
  }

  #put(form, value) {
    const all = inputs(form);
    const described = all.map((input) =>
      input.type === "radio" || input.type === "checkbox" ? { value: input.value, checked: false } : { value: input.value },
    );
    write(form.dataset.shape, described, value).forEach((now, index) => {
      const input = all[index];
      if ("checked" in now && input.checked !== now.checked) input.checked = now.checked;
      if ("value" in now && input.value !== now.value) {
        input.value = now.value;
        input.dispatchEvent(new CustomEvent("plenary:put", { bubbles: true }));
      }
    });
  }

  #value(form) {
    return read(form.dataset.shape, fields(form));
  }

  #typed(event) {
    const form = event.target.closest?.("form.ask");
    if (!form || !["v", "w"].includes(event.target.name) || !usable(form)) return;
    if (event.target.name === "w") this.#together = people(form);
    const value = this.#value(form);
    const saved = this.#saved(form);
    const back = saved && same(saved.v, value) && (people(form) ?? saved.w) === saved.w && !this.#pending(form);
    form.toggleAttribute("data-touched", !back);
    this.#answers.type(...place(form), back ? null : { v: value }, who(form));
    this.#state.delete(form);
    this.#show(form);
    if ("draft" in form.dataset) this.#later(form);
  }

  #later(form) {
    clearTimeout(this.#timers.get(form));
    this.#timers.set(form, setTimeout(() => this.#send(form, true), DRAFT_MS));
  }

  #submitted(event) {
    const form = event.target;
    if (!form.matches?.("form.ask")) return;
    event.preventDefault();
    if (form.dataset.changing === undefined && !form.hasAttribute("data-touched") && this.#saved(form) && !("draft" in form.dataset)) {
      this.#change(form);
      return;
    }
    if (this.#value(form) === null || unready(form)) {
      this.#state.set(form, { tone: "warn", text: this.#hint(form) });
      this.#show(form);
      inputs(form).find((input) => !input.disabled)?.focus();
      return;
    }
    clearTimeout(this.#timers.get(form));
    this.#send(form, false);
  }

  #send(form, draft) {
    const value = this.#value(form);
    const [a, q, round] = place(form);
    if (draft && value === null && !this.#saved(form)) return;
    if (draft && value === null) {
      this.#withdraw(form);
      return;
    }
    const n = this.#answers.next(a, q, round, who(form));
    const payload = { a: Number(a), q, round: Number(round), n, v: value };
    if (who(form)) payload.subject = who(form);
    if (draft) payload.draft = true;
    if (people(form)) payload.w = people(form);
    delete form.dataset.changing;
    this.#state.delete(form);
    this.#plenary.do("respond", payload, { key: this.#key_of(payload), keep: true }).catch(() => {});
    this.#show(form);
  }

  #withdraw(form) {
    const [a, q, round] = place(form);
    const payload = { a: Number(a), q, round: Number(round), n: this.#answers.next(a, q, round, who(form)) };
    delete form.dataset.changing;
    this.#plenary.do("withdraw", payload, { key: this.#key_of(payload), keep: true }).catch(() => {});
    this.#show(form);
  }

  #change(form) {
    form.dataset.changing = "";
    this.#state.delete(form);
    this.#show(form);
    (inputs(form).find((input) => input.checked) ?? inputs(form)[0])?.focus();
  }

  #key_of({ a, q, round, subject }) {
    return `answer:${a}.${q}.${round}.${subject ?? ""}`;
  }

  #pending(form) {
    const [a, q, round] = place(form);
    const key = this.#key_of({ a, q, round, subject: who(form) });
    return this.#plenary.outbox.waiting().find((entry) => entry.key === key);
  }

  /** An answer was acked or refused; it may be one that an earlier page had sent. */
  #told(event, entry, frame) {
    if (entry.op !== "respond" && entry.op !== "withdraw") return;
    const { a, q, round, n, v, w, subject = "" } = entry.payload;
    if (event === "ok") {
      const status = entry.op === "withdraw" ? "withdrawn" : frame.d?.status ?? "given";
      this.#answers.acked(a, q, round, { n, v, w, status, at: this.#plenary.now() }, subject);
      const typed = this.#answers.typed(a, q, round, subject);
      if (typed === undefined || same(typed.v, v ?? null)) this.#answers.type(a, q, round, null, subject);
    }
    const stale = event === "no" && frame.code === "stale";
    if (stale && Number.isInteger(frame.d?.n)) this.#answers.stale(a, q, round, frame.d.n, subject);
    for (const form of document.querySelectorAll("form.ask")) {
      if (String(a) !== form.dataset.a || q !== form.dataset.q || String(round) !== form.dataset.round || subject !== who(form)) continue;
      if (event === "ok") this.#acked(form, entry);
      else if (event === "no") this.#refused(form, entry, frame, stale);
      else this.#show(form);
    }
  }

  #acked(form, entry) {
    // Somebody who said another number of people while the answer was on its way has still something to send.
    const others = entry.op === "respond" && people(form) && people(form) !== entry.payload.w;
    if (this.#answers.typed(...place(form), who(form)) === undefined && !others) delete form.dataset.touched;
    if (entry.op === "withdraw" && !form.hasAttribute("data-touched")) this.#put(form, null);
    this.#state.delete(form);
    this.#show(form);
    const view = this.#view(form);
    if (!entry.payload.draft) this.#plenary.say(view.text);
    this.slots.release(form);
  }

  #refused(form, entry, frame, stale) {
    if (stale && entry.op === "respond" && !entry.restored && !entry.again) {
      this.#send(form, Boolean(entry.payload.draft)); // another device was faster: this one was meant to be the last
      return;
    }
    this.#state.set(form, { tone: "bad", text: frame.message });
    this.#show(form);
    this.#plenary.say(frame.message);
    this.slots.release(form);
  }

  #hint(form) {
    const own = form.dataset.hint || form.querySelector("[data-hint]")?.dataset.hint;
    return unready(form) || own || (HINTS[form.dataset.shape] ?? HINTS.json)();
  }

  /** How a form stands, in words. */
  #view(form) {
    const button = submitter(form);
    if (button && !button.dataset.send) button.dataset.send = button.textContent.trim();
    const send = button?.dataset.send ?? "";
    const entry = this.#pending(form);
    const saved = this.#saved(form);
    const touched = form.hasAttribute("data-touched");
    const empty = this.#value(form) === null || unready(form) !== "";
    const view = { tone: "", icon: "", text: "", label: send, go: true, busy: false, off: empty, withdraw: false };
    if (entry) {
      const off = !this.#plenary.connected();
      const stuck = off || entry.late;
      const text = off ? gettext("Waiting to send") : gettext("Not saved yet. It is sent again by itself.");
      Object.assign(view, stuck ? { tone: "warn", icon: "off", text } : { text: gettext("Sending …") });
      return { ...view, busy: !stuck, off: false };
    }
    if (this.#state.has(form)) return { ...view, ...this.#state.get(form), icon: "warn" };
    if (saved && !touched) {
      const changing = "changing" in form.dataset;
      const time = saved.at && timeOf(saved.at);
      const text = time ? fill(gettext("Saved at %(time)s"), { time }) : gettext("Saved");
      const label = changing || "draft" in form.dataset ? send : button?.dataset.change || gettext("Change answer");
      return { ...view, tone: "ok", icon: "check", text, label, go: changing, off: false, withdraw: changing };
    }
    if (empty) return { ...view, text: this.#hint(form) };
    return { ...view, text: "draft" in form.dataset ? "" : gettext("Not sent yet"), withdraw: Boolean(saved) };
  }

  #show(form) {
    const kept = form.querySelector("[data-kept]");
    if (kept) kept.hidden = !this.#saved(form);
    if (!usable(form)) return;
    const view = this.#view(form);
    this.#foot.show(form, view, { say: form.querySelector(".say"), button: submitter(form) });
  }

  #clicked(event) {
    const button = event.target.closest?.("[data-withdraw]");
    const form = button?.form ?? button?.closest("form");
    if (form?.matches("form.ask")) this.#withdraw(form);
  }

  /** Number keys choose, Enter sends (as in every form). */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key) || isText(event.target)) return;
    const open = [...document.querySelectorAll("form.ask")].filter(usable);
    const form = event.target.closest?.("form.ask") ?? (open.length === 1 ? open[0] : null);
    const choices = form ? inputs(form).filter((input) => input.type === "radio" || input.type === "checkbox") : [];
    const choice = choices[Number(event.key) - 1];
    if (!choice || choice.disabled) return;
    event.preventDefault();
    choice.focus({ preventScroll: true });
    choice.click();
  }
}
