"use strict";
// Every box as typed arrays: which the filters leave, which of those are brushed, who is near whom.

const LONGEST_AXIS_OF_NAMES = 40;

class Rows {
  constructor(told, buffer) {
    this.count = told.rows;
    this.sets = told.sets;
    this.images = told.images;
    let at = 0;
    const next = Kind => { at += 4 * told.rows; return new Kind(buffer, at - 4 * told.rows, told.rows); };
    this.places = next(Uint32Array);
    this.boxes = [0, 1, 2, 3].map(() => next(Float32Array));
    this.numbers = new Map(told.numbers.map(one => [one.name, {...one, values: next(Float32Array)}]));
    this.names = new Map(told.names.map(one => [one.name, {...one, codes: next(Uint32Array)}]));
    this.spaces = new Map(told.spaces.map(one =>
      [one.name, Array.from({length: one.axes}, () => next(Float32Array))]));
    this.set = this.names.get("set").codes;
    this.left = new Uint8Array(this.count).fill(1);
    this.brushed = new Uint8Array(this.count).fill(1);
    this.axes = new Map();
    this.#fileByImage();
  }

  get axisNames() {
    const short = [...this.names.values()].filter(one =>
      one.values.length > 1 && one.values.length <= LONGEST_AXIS_OF_NAMES);
    return [...this.numbers.keys(), ...short.map(one => one.name)];
  }

  axis(name) {
    if (!this.axes.has(name)) this.axes.set(name, this.numbers.has(name) ? this.#ofNumbers(name) : this.#ofNames(name));
    return this.axes.get(name);
  }

  rowsOf(place) { return this.byImage.subarray(this.starts[place], this.starts[place + 1]); }

  // within: [x least, x most, y least, y most] as the axes have them, or null for all that is left.
  brush(x, y, within) {
    const {left, brushed, count} = this;
    if (within === null) { brushed.set(left); return; }
    const [x0, x1, y0, y1] = within, xs = x.values, ys = y.values;
    for (let i = 0; i < count; i++)
      brushed[i] = left[i] && xs[i] >= x0 && xs[i] <= x1 && ys[i] >= y0 && ys[i] <= y1 ? 1 : 0;
  }

  // allowed: by column of names, 0 or 1 for each of its values.
  filter(allowed) {
    this.left.fill(1);
    for (const [name, values] of allowed) {
      const {codes} = this.names.get(name);
      for (let i = 0; i < this.count; i++) if (!values[codes[i]]) this.left[i] = 0;
    }
  }

  // The nearest rows of each other set that the filters leave, one an image: [{set, row, apart}].
  nearest(row, spaceName, most) {
    const space = this.spaces.get(spaceName), apart = new Float32Array(this.count);
    for (const axis of space)
      for (let i = 0; i < this.count; i++) { const d = axis[i] - axis[row]; apart[i] += d * d; }
    return this.sets.map((_, set) => this.#nearestOf(apart, set, most)).flat()
      .filter(one => one.set !== this.set[row]);
  }

  // A short list kept in order: of 100,000 rows hardly one comes into it.
  #nearestOf(apart, set, most) {
    const best = [];
    for (let i = 0; i < this.count; i++) {
      if (this.set[i] !== set || !this.left[i] || !(apart[i] < (best[most - 1]?.apart ?? Infinity))) continue;
      const same = best.findIndex(one => this.places[one.row] === this.places[i]);
      if (same >= 0 && best[same].apart <= apart[i]) continue;
      if (same >= 0) best.splice(same, 1);
      best.push({set, row: i, apart: apart[i]});
      best.sort((a, b) => a.apart - b.apart).splice(most);
    }
    return best.map(one => ({...one, apart: Math.sqrt(one.apart)}));
  }

  #fileByImage() {
    const images = this.images.name.length;
    this.starts = new Uint32Array(images + 1);
    for (const place of this.places) this.starts[place + 1]++;
    for (let i = 0; i < images; i++) this.starts[i + 1] += this.starts[i];
    const at = this.starts.slice();
    this.byImage = new Uint32Array(this.count);
    for (let i = 0; i < this.count; i++) this.byImage[at[this.places[i]]++] = i;
  }

  #ofNumbers(name) {
    const {log, unit, values} = this.numbers.get(name);
    const shown = log ? values.map(v => v > 0 ? Math.log10(v) : NaN) : values;
    let low = Infinity, high = -Infinity;
    for (const v of shown) { if (v < low) low = v; if (v > high) high = v; }
    if (low > high) [low, high] = [0, 1];
    const pad = (high - low) * 0.03 || 0.5;
    return {name, unit, log, words: null, values: shown, low: low - pad, high: high + pad};
  }

  #ofNames(name) {
    const {values, codes} = this.names.get(name);
    // spread about their place, the same way each time, so that equal names do not hide each other
    const shown = Float32Array.from(codes, (code, i) => code + (((i * 2654435761) >>> 0) / 4294967296 - 0.5) * 0.7);
    return {name, unit: "", log: false, words: values, values: shown, low: -0.6, high: values.length - 0.4};
  }
}
