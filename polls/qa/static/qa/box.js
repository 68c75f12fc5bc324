/**
 * `<question-box data-a="31">` on a learner's page: ask, vote, see what others ask. What somebody is writing survives
 * the element: the page may replace it at any time.
 */

import { plenary } from "../live/js/core.js";
import { icon, make } from "../live/js/dom.js";
import { fill, gettext } from "../live/js/words.js";
import { categoriesOf, facts, ranked, Rows, searchField } from "./list.js";

const drafts = new Map();
/** How many words on a question this device has counted. */
const said = new Map();
/** From so many questions on, one can look for words. */
const MANY = 6;

class QuestionBox extends HTMLElement {
  #stops = [];

  connectedCallback() {
    const a = this.dataset.a;
    this.titles = categoriesOf(this);
    this.view = this.querySelector(".qa");
    if (!drafts.has(a)) drafts.set(a, { text: "", category: 0, story: false, nameless: false });
    this.draft = drafts.get(a);
    this.wishes = new Map();
    this.list = make("ul.qa-list", { "aria-label": gettext("Questions") });
    this.rows = new Rows(this.list, (id) => this.#row(id), (row, q, id) => this.#show(row, q, id));
    this.search = searchField(`qa-search-${a}`, () => this.#paint());
    this.none = make("p.dim.sm");
    this.view.replaceChildren(...[this.writable ? this.#form() : null, this.search, this.none, this.list].filter(Boolean));
    this.#stops = [plenary.onSlot(`asked:${a}`, () => this.#paint()), plenary.onSlot("you", () => this.#paint())];
    this.#paint();
  }

  disconnectedCallback() {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  get writable() {
    return this.dataset.open !== undefined;
  }

  get own() {
    return plenary.you().qa?.[this.dataset.a] ?? { mine: {}, votes: [], n: {} };
  }

  #form() {
    const a = this.dataset.a;
    this.words = make("textarea.input", { id: `qa-${a}`, rows: 2, maxlength: this.dataset.limit, dir: "auto", oninput: () => this.#typed() });
    this.words.value = this.draft.text;
    this.left = make("span.xs.dim.num.push", { "aria-hidden": "true" });
    this.note = make("p.say", { role: "status", id: `qa-say-${a}` }, make("span", { text: this.dataset.who }));
    this.words.setAttribute("aria-describedby", this.note.id);
    return make("form.qa-ask", { onsubmit: (event) => (event.preventDefault(), this.#ask()) },
      make("div.row", {}, make("label", { for: this.words.id, text: gettext("Your question") }), this.left), this.words, this.#about(),
      make("div.row", {}, this.#tick("stories", "story", gettext("I have a story about it")), this.#tick("nameless", "nameless", gettext("Without my name"))),
      this.note, make("button.btn.go.lg", { type: "submit", text: gettext("Ask") }));
  }

  #about() {
    if (!this.titles.size) return null;
    const choose = make("select.input", { "aria-label": gettext("About"), onchange: () => (this.draft.category = Number(choose.value)) },
      make("option", { value: 0, text: gettext("About …") }), ...[...this.titles].map(([n, text]) => make("option", { value: n, text })));
    choose.value = String(this.draft.category);
    return choose;
  }

  #tick(allowed, name, text) {
    if (this.dataset[allowed] === undefined) return null;
    const box = make("input", { type: "checkbox", name, onchange: () => (this.draft[name] = box.checked) });
    box.checked = this.draft[name];
    return make("label.switch", {}, box, make("span", { text }));
  }

  #typed() {
    this.draft.text = this.words.value;
    const left = Number(this.dataset.limit) - this.words.value.length;
    this.left.textContent = left < 60 ? left : "";
    // Whoever writes is told again who sees it.
    if (this.note.classList.contains("ok")) this.#tell("");
  }

  async #ask() {
    const { text, category, story, nameless } = this.draft;
    if (!text.trim()) return this.words.focus();
    this.words.value = this.draft.text = "";
    this.#tell(plenary.connected() ? gettext("Sending …") : gettext("No connection. Your question is kept and goes out by itself."), "warn");
    const done = await this.#do("qa.ask", { text, category, story, nameless });
    if (!done) {
      // The words come back, unless the next question is being written already.
      if (!this.words.value) this.words.value = this.draft.text = text;
      return undefined;
    }
    this.draft.story = false;
    const tick = this.view.querySelector("[name=story]");
    if (tick) tick.checked = false;
    return this.#tell(done.status === "shown" ? gettext("Asked. Everybody sees it now.") : gettext("Sent. It appears once it is approved."), "ok");
  }

  #tell(text, how = "") {
    if (!this.note) return plenary.say(text);
    this.note.className = `say ${how}`;
    this.note.replaceChildren(make("span", { text: text || this.dataset.who }));
    return undefined;
  }

  async #do(op, fields) {
    try {
      return await plenary.do(op, { a: Number(this.dataset.a), ...fields });
    } catch (refusal) {
      this.#tell(refusal.message ?? gettext("This did not work. Please try again."), "warn");
      return null;
    }
  }

  #paint() {
    const items = new Map(plenary.slot(`asked:${this.dataset.a}`)?.items ?? []);
    for (const [id, [text, status]] of Object.entries(this.own.mine)) if (status === "waiting") items.set(id, { t: text, v: 0, waits: true });
    const all = ranked(items);
    this.search.hidden = all.length < MANY;
    const found = this.search.hidden ? all : all.filter(([, q]) => this.search.has(q.t));
    this.rows.paint(found);
    this.none.hidden = found.length > 0;
    this.none.textContent = all.length ? gettext("No question has this word.") : gettext("No questions yet. Ask the first one.");
  }

  #row(id) {
    const row = { text: make("p", { dir: "auto" }), facts: make("p.xs.dim"), answer: make("blockquote", { dir: "auto", hidden: true }) };
    row.count = make("b.num");
    row.vote = make("button.btn.vote", { type: "button", onclick: () => this.#vote(id) }, icon("up"), row.count);
    row.back = make("button.btn.quiet", { type: "button", text: gettext("Take it back"), onclick: () => this.#do("qa.withdraw", { i: Number(id) }) });
    row.element = make("li.enquiry", {}, row.vote, make("div", {}, row.text, row.facts, row.answer, row.back));
    return row;
  }

  #show(row, q, id) {
    const { mine, votes } = this.own;
    const isMine = id in mine;
    // What the server has not counted yet shows at once, and gives way to what it says.
    const voted = this.wishes.get(id) ?? votes.includes(Number(id));
    row.element.classList.toggle("done", Boolean(q.done));
    row.element.classList.toggle("mine", isMine);
    row.text.textContent = q.t;
    row.facts.textContent = facts(q, this.titles, [isMine ? gettext("yours") : "", q.waits ? gettext("waits for approval") : ""]);
    row.answer.hidden = !q.answer;
    row.answer.textContent = q.answer ?? "";
    row.count.textContent = q.v;
    row.vote.hidden = this.dataset.votes === undefined || Boolean(q.waits);
    row.vote.disabled = isMine || !this.writable;
    row.vote.setAttribute("aria-pressed", String(voted));
    row.vote.setAttribute("aria-label", fill(gettext("Vote for “%(text)s”, votes: %(n)s"), { text: q.t.slice(0, 60), n: q.v }));
    row.back.hidden = !isMine || !this.writable;
  }

  /** The number of the next word on a question: one that is sent again or comes late must not undo a newer one. */
  #next(id) {
    const known = this.own.n[id] ?? (this.own.votes.includes(Number(id)) ? 1 : 0);
    said.set(id, Math.max(said.get(id) ?? 0, known) + 1);
    return said.get(id);
  }

  async #vote(id) {
    const on = !(this.wishes.get(id) ?? this.own.votes.includes(Number(id)));
    this.wishes.set(id, on);
    this.#paint();
    await this.#do("qa.vote", { i: Number(id), on, n: this.#next(id) });
    if (this.wishes.get(id) === on) this.wishes.delete(id);
    this.#paint();
  }
}

customElements.define("question-box", QuestionBox);
