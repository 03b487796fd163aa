"use strict";
// Which names are shown: boxes to tick, or text to look for where a column has many.

const MOST_TICKED = 40;

class Filters {
  // heard: called after a change with what is allowed of each column.
  constructor(rows, place, heard) {
    Object.assign(this, {rows, heard, allowed: new Map()});
    for (const column of rows.names.values())
      if (column.values.length > 1) place.append(this.#part(column));
    place.append(element("button", {type: "button", id: "clear", textContent: "Clear filters", onclick: () => this.#clear(place)}));
  }

  #part(column) {
    const counts = new Uint32Array(column.values.length);
    for (const code of column.codes) counts[code]++;
    const told = element("span", {className: "soft", textContent: "all"});
    const part = element("details", {}, element("summary", {}, `${labelled(column.name)}: `, told));
    part.dataset.column = column.name;
    part.append(...(column.values.length > MOST_TICKED ? this.#text(column, told) : this.#ticks(column, counts, told)));
    part.open = column.values.length <= 6;
    return part;
  }

  #ticks(column, counts, told) {
    const boxes = column.values.map(value => element("input", {type: "checkbox", checked: true, value}));
    const changed = () => this.#set(column, Uint8Array.from(boxes, box => box.checked ? 1 : 0), told);
    const only = n => { boxes.forEach((box, k) => { box.checked = k === n; }); changed(); };
    return boxes.map((box, n) => {
      box.onclick = event => event.shiftKey ? only(n) : changed();
      const name = element("span", {textContent: column.values[n] || "none"});
      const count = element("span", {className: "n", textContent: counted(counts[n])});
      return element("label", {title: "with Shift: this one alone"}, box, name, count);
    });
  }

  #text(column, told) {
    const sought = element("input", {type: "search", placeholder: `${counted(column.values.length)} of them: part of a name`});
    sought.setAttribute("aria-label", `${labelled(column.name)} contains`);
    sought.oninput = () => this.#set(column, Uint8Array.from(column.values, v => v.includes(sought.value) ? 1 : 0), told);
    return [sought];
  }

  #set(column, values, told) {
    const count = values.reduce((sum, one) => sum + one, 0);
    if (count === values.length) this.allowed.delete(column.name);
    else this.allowed.set(column.name, values);
    told.textContent = count === values.length ? "all" : `${counted(count)} of ${counted(values.length)}`;
    this.heard(this.allowed);
  }

  #clear(place) {
    for (const box of place.querySelectorAll("input[type=checkbox]")) box.checked = true;
    for (const sought of place.querySelectorAll("input[type=search]")) sought.value = "";
    for (const told of place.querySelectorAll("summary span")) told.textContent = "all";
    this.allowed.clear();
    this.heard(this.allowed);
  }
}
