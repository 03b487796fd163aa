"use strict";
// One image, its values and reason, the nearest of the other sets, and one of those beside it.

const MOST_NEAR = 4;

class Detail {
  // about: place -> Promise of what is drawn over it.
  constructor(rows, dialog, about) {
    Object.assign(this, {rows, dialog, about, on: new Set(["boxes", "masks"]), space: [...rows.spaces.keys()].at(-1)});
    dialog.addEventListener("keydown", event => this.#key(event));
  }

  async open(row, beside = null) {
    const asked = this.asked = [row, beside].filter(one => one !== null);
    const told = await Promise.all(asked.map(one => this.about(this.rows.places[one])));
    if (asked !== this.asked) return;  // another was opened meanwhile
    Object.assign(this, {row, beside, told});
    this.#draw();
    if (!this.dialog.open) this.dialog.showModal();
  }

  #draw() {
    const shown = [this.row, ...(this.beside === null ? [] : [this.beside])];
    const figures = shown.map((row, n) => element("div", {},
      element("h2", {textContent: this.#title(row)}),
      figureOf(this.rows, this.rows.places[row], row, this.told[n], this.on),
      ...(this.told[n].why ? [element("p", {className: "why", textContent: `planned: ${this.told[n].why}`})] : [])));
    this.dialog.replaceChildren(this.#bar(),
      element("div", {className: "pair"}, ...figures, element("div", {}, ...this.#near(), this.#values(shown))));
  }

  #title(row) {
    const set = this.rows.sets[this.rows.set[row]];
    return `${set.name}: ${this.rows.images.name[this.rows.places[row]]}`;
  }

  #bar() {
    const layers = LAYERS.map(name => element("label", {}, element("input", {
      type: "checkbox", checked: this.on.has(name),
      onchange: event => { event.target.checked ? this.on.add(name) : this.on.delete(name); this.#draw(); },
    }), name));
    const others = this.rows.rowsOf(this.rows.places[this.row]);
    const boxes = others.length < 2 ? [] : [element("span", {className: "soft", textContent: `box ${others.indexOf(this.row) + 1} of ${others.length}: arrow keys`})];
    return element("div", {className: "row"}, ...layers, ...boxes,
      element("button", {type: "button", textContent: "Close", autofocus: true, onclick: () => this.dialog.close()}));
  }

  #near() {
    if (!this.space || this.rows.sets.length < 2) return [];
    const choice = element("select", {onchange: () => { this.space = choice.value; this.open(this.row); }},
      ...[...this.rows.spaces.keys()].map(name => element("option", {value: name, textContent: name, selected: name === this.space})));
    const found = this.rows.nearest(this.row, this.space, MOST_NEAR);
    const cards = found.map(one => {
      const place = this.rows.places[one.row], card = cardOf(this.rows, place);
      boxesOn(card.querySelector("svg"), this.rows, [], [one.row]);
      card.title = `${this.#title(one.row)}, ${spoken(one.apart)} apart`;
      card.style.borderTop = `4px solid ${variable(one.set)}`;
      card.onclick = () => this.open(this.row, one.row);
      return card;
    });
    const title = element("h2", {}, "nearest in the other sets, by ", choice);
    return [title, element("div", {className: "near"}, ...cards)];
  }

  #values(shown) {
    const line = (name, told) => element("tr", {}, element("td", {textContent: labelled(name)}), ...told.map(textContent => element("td", {textContent})));
    const lines = [];
    for (const {name, values, codes} of this.rows.names.values())
      if (name !== "set") lines.push(line(name, shown.map(row => values[codes[row]] || "–")));
    for (const {name, values} of this.rows.numbers.values())
      lines.push(line(name, shown.map(row => spoken(values[row]))));
    return element("table", {}, element("tbody", {}, ...lines));
  }

  #key(event) {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!step || event.target.tagName === "SELECT") return;
    const others = this.rows.rowsOf(this.rows.places[this.row]);
    const at = others.indexOf(this.row) + step;
    if (at >= 0 && at < others.length) this.open(others[at]);
    event.preventDefault();
  }
}
