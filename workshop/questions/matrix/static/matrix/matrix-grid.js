/**
 * `<matrix-grid>`: rows of radio buttons named `v.<row>` or `v.<row>.<criterion>`. What is chosen is kept as JSON in the
 * hidden field `v`. Without script the radio buttons are sent.
 */

class MatrixGrid extends HTMLElement {
  connectedCallback() {
    if (this.field) return; // moved within the page
    this.field = this.querySelector("[name=v]");
    this.field.addEventListener("plenary:put", () => this.#put());
    this.addEventListener("change", (event) => {
      if (event.target.type !== "radio") return;
      this.#keep();
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    if (this.field.value) this.#put();
    else this.#keep();
  }

  #keep() {
    const value = {};
    for (const radio of this.querySelectorAll("input[type=radio]:checked")) {
      const [, row, criterion] = radio.name.split(".");
      if (criterion === undefined) value[row] = Number(radio.value);
      else (value[row] ??= {})[criterion] = Number(radio.value);
    }
    this.field.value = Object.keys(value).length ? JSON.stringify(value) : "";
  }

  #put() {
    const value = this.field.value ? JSON.parse(this.field.value) : {};
    for (const radio of this.querySelectorAll("input[type=radio]")) {
      const [, row, criterion] = radio.name.split(".");
      const point = criterion === undefined ? value[row] : value[row]?.[criterion];
      radio.checked = String(point) === radio.value;
    }
  }
}

customElements.define("matrix-grid", MatrixGrid);
