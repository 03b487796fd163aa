"use strict";
// What is brushed, kept as a named list: by the server, or as a download where there is none.

class Keeping {
  // alone: the data of an exported page, or null.
  constructor(rows, form, alone) {
    Object.assign(this, {rows, form, alone, told: form.querySelector("output")});
    form.onsubmit = event => { event.preventDefault(); this.keep(form.querySelector("input").value.trim()); };
  }

  async keep(name) {
    const rows = [];
    for (let i = 0; i < this.rows.count; i++) if (this.rows.brushed[i]) rows.push(i);
    try {
      const path = this.alone ? this.#download(name, rows) : await this.#send(name, rows);
      this.told.textContent = `kept ${counted(rows.length)} boxes: make filter OPTIONS='only=${path}'`;
    } catch (error) {
      this.told.textContent = `Not kept: ${error.message}`;
    }
  }

  async #send(name, rows) {
    const reply = await fetch("keep", {method: "POST", body: JSON.stringify({name, rows})});
    if (!reply.ok) throw new Error(new DOMParser().parseFromString(await reply.text(), "text/html").body.innerText.split("\n").find(l => l.includes("explanation")) || reply.statusText);
    return (await reply.json()).path;
  }

  #download(name, rows) {
    if (!rows.length) throw new Error("nothing is brushed");
    const file = `${name.replace(/[^A-Za-z0-9._-]+/g, "_")}.json`;
    const link = element("a", {download: file, href: URL.createObjectURL(new Blob([JSON.stringify(this.listed(name, rows))], {type: "application/json"}))});
    link.click();
    return file;
  }

  // As scenes/sets/named_list.py writes it.
  listed(name, rows) {
    const {keys, ids} = this.alone, sets = this.rows.sets.map(set => ({name: set.name, annotations_sha256: set.digest, images: []}));
    const known = new Map();
    for (const row of rows) {
      const place = this.rows.places[row];
      if (!known.has(place)) {
        known.set(place, {id: ids[place], file_name: this.rows.images.name[place], annotations: []});
        sets[this.rows.set[row]].images.push(known.get(place));
      }
      if (keys[row] !== null) known.get(place).annotations.push(keys[row]);
    }
    return {schema: 1, name, sets: sets.filter(set => set.images.length)};
  }
}
