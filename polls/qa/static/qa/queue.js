/**
 * `<question-queue data-a="31">` in the staff's card: what waits, what stands, what was put away. Every act is one tap;
 * the rarer ones stand behind "More".
 */

import { plenary } from "../live/js/core.js";
import { icon, make } from "../live/js/dom.js";
import { fill, gettext, ngettext } from "../live/js/words.js";
import { categoriesOf, compare, facts, Rows, searchField, votes } from "./list.js";

const WAITING = "waiting";
/** Which heap a question lies in. */
const HEAPS = {
  waiting: (q) => q.s === WAITING && !q.old,
  open: (q) => q.s === "shown" && !q.done && !q.old,
  answered: (q) => q.s === "shown" && q.done && !q.old,
  away: (q) => q.s === "hidden" || q.s === "merged" || q.old,
};
const chosen = new Map();

class QuestionQueue extends HTMLElement {
  #stop;
  /** How many wait; null until the questions have come. */
  #waiting = null;

  connectedCallback() {
    const a = this.dataset.a;
    this.titles = categoriesOf(this);
    this.names = { waiting: gettext("Waiting"), open: gettext("To answer"), answered: gettext("Answered"), away: gettext("Put away") };
    this.tabs = Object.keys(HEAPS).map((heap) => make("button.btn", { type: "button", "data-heap": heap, onclick: () => this.#choose(heap) }, make("span", { text: this.names[heap] }), make("span.count", { text: "0" })));
    this.search = searchField(`qa-search-${a}`, () => this.#paint());
    this.about = this.#categories();
    this.all = make("button.btn", { type: "button", text: gettext("Approve all without a warning"), onclick: () => this.#do("qa.judge", { ids: null, show: true }) });
    this.list = make("ul.qa-list");
    this.none = make("p.dim.sm");
    this.rows = new Rows(this.list, (id) => this.#row(id), (row, q, id) => this.#show(row, q, id));
    const asList = make("button.btn", { type: "button", text: gettext("The list on the screen"), onclick: () => this.#do("qa.show", { i: null }) });
    asList.hidden = !this.dataset.show;
    this.querySelector(".qa").replaceChildren(
      make("div.row.qa-tabs", { role: "group", "aria-label": gettext("Which questions") }, ...this.tabs),
      ...[make("div.row.nowrap", {}, ...[this.search, this.about].filter(Boolean)), make("div.row", {}, this.all, asList), this.none, this.list]);
    this.#stop = plenary.onSlot(`asked:${a}`, (state) => ((this.items = state?.items ?? new Map()), (this.heard = true), this.#paint()));
    this.items ??= new Map();
    document.addEventListener("plenary:who-waits", this.#tell);
    this.#paint();
  }

  disconnectedCallback() {
    document.removeEventListener("plenary:who-waits", this.#tell);
    this.#stop?.();
    // Its successor may stand there already.
    if (!document.querySelector(`question-queue[data-a="${this.dataset.a}"]`)) this.#waits(0);
  }

  /** The panel says what waits, wherever one has scrolled to. */
  #tell = () => {
    const n = this.#waiting;
    if (n === null) return;
    const text = fill(ngettext("%(n)s question waits", "%(n)s questions wait", n), { n });
    document.dispatchEvent(new CustomEvent("plenary:waits", { detail: { a: this.dataset.a, count: n, text } }));
  };

  #waits(count) {
    if (count === this.#waiting) return;
    this.#waiting = count;
    this.#tell();
  }

  #categories() {
    if (!this.titles.size) return null;
    return make("select.input", { "aria-label": gettext("Category"), onchange: () => this.#paint() },
      make("option", { value: "", text: gettext("All categories") }), ...[...this.titles].map(([n, text]) => make("option", { value: n, text })));
  }

  #choose(heap) {
    chosen.set(this.dataset.a, heap);
    this.#paint();
  }

  #paint() {
    const all = [...this.items].filter(([, q]) => q);
    const counts = Object.fromEntries(Object.entries(HEAPS).map(([heap, fits]) => [heap, all.filter(([, q]) => fits(q)).length]));
    if (this.heard) this.#waits(counts.waiting);
    const heap = chosen.get(this.dataset.a) ?? (counts.waiting ? WAITING : "open");
    this.tabs.forEach((tab) => {
      tab.setAttribute("aria-pressed", String(tab.dataset.heap === heap));
      tab.querySelector(".count").textContent = counts[tab.dataset.heap];
    });
    const found = all.filter(([, q]) => HEAPS[heap](q) && this.search.has(q.t) && (!this.about?.value || q.c === Number(this.about.value)));
    const rank = ([id, q]) => (heap === WAITING ? [q.at, Number(id)] : [q.pin ? 0 : 1, -q.v, Number(id)]);
    found.sort((one, two) => compare(rank(one), rank(two)));
    this.rows.paint(found);
    this.none.hidden = found.length > 0;
    this.none.textContent = counts[heap] ? gettext("No question has this word.") : gettext("Nothing here.");
    this.all.hidden = heap !== WAITING || !found.some(([, q]) => !q.odd);
  }

  async #do(op, fields) {
    try {
      return await plenary.do(op, { a: Number(this.dataset.a), ...fields });
    } catch (refusal) {
      plenary.say(refusal.message ?? gettext("This did not work. Please try again."));
      return null;
    }
  }

  // ── one question ────────────────────────────────────────────────────────────────────────────────────────────────

  #row(id) {
    const i = Number(id);
    const button = (text, act, kind = "") => make(`button.btn${kind}`, { type: "button", text, onclick: act });
    const row = { text: make("p", { dir: "auto" }), facts: make("p.xs.dim"), odd: make("p.say.warn.sm", { hidden: true }, icon("warn"), make("span", { text: gettext("Please read it first: there may be a rude word, a number or an address in it.") })) };
    row.answer = make("blockquote", { dir: "auto", hidden: true });
    row.approve = button(gettext("Approve"), () => this.#do("qa.judge", { ids: [i], show: true }));
    row.hide = button(gettext("Hide"), () => this.#do("qa.judge", { ids: [i], show: false }), ".quiet");
    row.screen = button(gettext("On the screen"), () => this.#do("qa.show", { i: this.dataset.show === id ? null : i }));
    row.done = button("", () => this.#do("qa.change", { i, answered: !row.q.done }));
    row.more = make("button.btn.quiet.icon", { type: "button", "aria-expanded": "false", onclick: () => this.#more(row, i) }, icon("more"));
    row.menu = make("div.qa-menu", { hidden: true });
    row.element = make("li.enquiry", {}, make("div", {}, row.text, row.facts, row.odd, row.answer, make("div.row", {}, row.approve, row.screen, row.done, row.hide, row.more), row.menu));
    return row;
  }

  #show(row, q, id) {
    row.q = q;
    row.element.classList.toggle("done", Boolean(q.done));
    row.text.textContent = q.t;
    const into = q.into ? fill(gettext("merged into “%(text)s”"), { text: this.items.get(String(q.into))?.t.slice(0, 40) ?? "" }) : "";
    row.facts.textContent = facts(q, this.titles, [votes(q.v), q.by ?? "", q.s === "hidden" ? gettext("hidden") : "", into]);
    row.odd.hidden = !q.odd || q.s !== WAITING;
    row.answer.hidden = !q.answer;
    row.answer.textContent = q.answer ?? "";
    const stands = q.s === "shown";
    row.approve.hidden = stands;
    row.approve.textContent = q.s === WAITING ? gettext("Approve") : gettext("Show again");
    row.screen.hidden = q.s === "hidden" || q.s === "merged";
    row.screen.setAttribute("aria-pressed", String(this.dataset.show === id));
    row.done.hidden = !stands;
    row.done.textContent = q.done ? gettext("Not answered") : gettext("Answered");
    row.hide.hidden = q.s === "hidden" || q.s === "merged";
    row.more.hidden = q.s === "hidden" || q.s === "merged";
    row.more.setAttribute("aria-label", fill(gettext("More for “%(text)s”"), { text: q.t.slice(0, 40) }));
  }

  #more(row, i) {
    const opens = row.menu.hidden;
    row.menu.hidden = !opens;
    row.more.setAttribute("aria-expanded", String(opens));
    if (!opens) return;
    const { q } = row;
    const item = (text, fields) => make("button.btn", { type: "button", text, onclick: () => (this.#more(row, i), this.#do("qa.change", { i, ...fields })) });
    const answer = make("textarea.input", { id: `qa-answer-${i}`, rows: 3, maxlength: this.dataset.limit, dir: "auto" });
    answer.value = q.answer ?? "";
    const send = make("form.stack.tight", { onsubmit: (event) => (event.preventDefault(), this.#more(row, i), this.#do("qa.change", { i, answer: answer.value })) },
      make("label.sm", { for: answer.id, text: gettext("Answer in writing, for everybody") }), answer, make("button.btn", { type: "submit", text: gettext("Save the answer") }));
    row.menu.replaceChildren(...[make("div.row", {}, item(q.pin ? gettext("No longer pinned") : gettext("Pin"), { pinned: !q.pin }), item(q.old ? gettext("Bring back") : gettext("Put away"), { archived: !q.old })),
      this.#sort(q, i), this.#merge(row, i), send].filter(Boolean));
    row.menu.querySelector("button").focus();
  }

  #sort(q, i) {
    if (!this.titles.size) return null;
    const choose = make("select.input", { "aria-label": gettext("Category"), onchange: () => this.#do("qa.change", { i, category: Number(choose.value) }) },
      make("option", { value: 0, text: gettext("No category") }), ...[...this.titles].map(([n, text]) => make("option", { value: n, text })));
    choose.value = String(q.c ?? 0);
    return choose;
  }

  #merge(row, i) {
    const others = [...this.items].filter(([id, q]) => q && Number(id) !== i && (q.s === "shown" || q.s === WAITING) && !q.old);
    if (!others.length) return null;
    const choose = make("select.input", { "aria-label": gettext("Asks the same as"), onchange: () => (this.#more(row, i), this.#do("qa.merge", { i, into: Number(choose.value) })) },
      make("option", { value: "", text: gettext("Asks the same as …") }), ...others.map(([id, q]) => make("option", { value: id, text: q.t.slice(0, 80) })));
    return choose;
  }
}

customElements.define("question-queue", QuestionQueue);
