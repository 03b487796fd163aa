"use strict";
// One panel: sets as points or as binned density, histograms at its sides, a brush over it.

const LEFT = 62, LEFT_OF_WORDS = 112, BOTTOM = 44, SIDE = 52, EDGE = 8, CELL_PX = 4, BINS = 60, MOST_POINTS = 4000, REACH_PX = 9;

class Panel {
  // sets: which are shown. heard: {brushed(within), opened(row)}.
  constructor(rows, sets, title, heard) {
    Object.assign(this, {rows, sets, heard, within: null, base: document.createElement("canvas")});
    this.canvas = element("canvas", {tabIndex: 0});
    this.canvas.setAttribute("role", "img");
    this.element = element("div", {className: "panel"}, ...(title ? [element("h2", {textContent: title})] : []), this.canvas);
    this.#listen();
  }

  // Draw anew, after axes, filters or size have changed. manner: auto, points or density.
  draw(x, y, manner) {
    Object.assign(this, {x, y, manner});
    const width = this.element.clientWidth, height = Math.round(Math.min(620, Math.max(300, width * 0.72)));
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.base]) { canvas.width = width * ratio; canvas.height = height * ratio; }
    this.canvas.style.height = `${height}px`;
    this.canvas.setAttribute("aria-label", `${labelled(y.name)} by ${labelled(x.name)}`);
    const left = y.words ? LEFT_OF_WORDS : LEFT;
    this.area = {left, top: SIDE, width: width - left - SIDE - EDGE, height: height - SIDE - BOTTOM};
    this.ratio = ratio;
    const pen = this.#pen(this.base);
    this.#bin();
    this.#axes(pen);
    this.#sets(pen);
    this.#histograms(pen, this.rows.left, false);
    this.show(this.within);
  }

  // Show what is brushed over what was drawn.
  show(within) {
    this.within = within;
    const pen = this.#pen(this.canvas);
    pen.drawImage(this.base, 0, 0, this.canvas.width / this.ratio, this.canvas.height / this.ratio);
    if (within === null) return;
    this.#histograms(pen, this.rows.brushed, true);
    const [x0, x1, y0, y1] = within, {left, top, width, height} = this.area;
    const l = Math.max(left, this.#across(x0)), r = Math.min(left + width, this.#across(x1));
    const t = Math.max(top, this.#down(y1)), b = Math.min(top + height, this.#down(y0));
    pen.globalAlpha = 0.12; pen.fillStyle = styled("--mark"); pen.fillRect(l, t, r - l, b - t);
    pen.globalAlpha = 1; pen.strokeStyle = styled("--mark"); pen.strokeRect(l, t, r - l, b - t);
  }

  #pen(canvas) {
    const pen = canvas.getContext("2d");
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.font = "12px system-ui, sans-serif";
    pen.lineWidth = 1.5;
    return pen;
  }

  #across(value) { return this.area.left + (value - this.x.low) / (this.x.high - this.x.low) * this.area.width; }
  #down(value) { return this.area.top + (this.y.high - value) / (this.y.high - this.y.low) * this.area.height; }
  #valueAt(px, py) {
    const {left, top, width, height} = this.area;
    return [this.x.low + (px - left) / width * (this.x.high - this.x.low),
            this.y.high - (py - top) / height * (this.y.high - this.y.low)];
  }

  // Which bin of each histogram every row is in; 255 is none.
  #bin() {
    const bins = axis => Uint8Array.from(axis.values, v =>
      v === v ? Math.min(BINS - 1, Math.floor((v - axis.low) / (axis.high - axis.low) * BINS)) : 255);
    this.bins = [bins(this.x), bins(this.y)];
  }

  #axes(pen) {
    const {left, top, width, height} = this.area;
    pen.fillStyle = styled("--soft"); pen.strokeStyle = styled("--line");
    pen.textAlign = "center";
    for (const {at, word} of ticksOf(this.x, width / 70)) {
      line(pen, this.#across(at), top, this.#across(at), top + height);
      pen.fillText(word, this.#across(at), top + height + 16, 90);
    }
    pen.textAlign = "right";
    for (const {at, word} of ticksOf(this.y, height / 44)) {
      line(pen, left, this.#down(at), left + width, this.#down(at));
      pen.fillText(word, left - 6, this.#down(at) + 4, left - 24);
    }
    pen.fillStyle = styled("--ink"); pen.textAlign = "center";
    pen.fillText(titleOf(this.x), left + width / 2, top + height + 36);
    pen.save(); pen.translate(13, top + height / 2); pen.rotate(-Math.PI / 2);
    pen.fillText(titleOf(this.y), 0, 0);
    pen.restore();
  }

  #sets(pen) {
    const {left, set} = this.rows;
    let count = 0;
    for (let i = 0; i < this.rows.count; i++) if (left[i] && this.sets.includes(set[i])) count++;
    const points = this.manner === "points" || (this.manner === "auto" && count <= MOST_POINTS);
    this.canvas.dataset.manner = points ? "points" : "density";
    for (const one of this.sets) points ? this.#points(pen, one) : this.#density(pen, one);
    pen.globalAlpha = 1;
  }

  #points(pen, set) {
    const {rows, x, y} = this;
    pen.fillStyle = colourOf(set); pen.globalAlpha = 0.6;
    for (let i = 0; i < rows.count; i++)
      if (rows.left[i] && rows.set[i] === set)  // what is NaN is not drawn
        pen.fillRect(this.#across(x.values[i]) - 2, this.#down(y.values[i]) - 2, 4, 4);
  }

  #density(pen, set) {
    const {rows, x, y, area} = this, wide = Math.max(1, Math.ceil(area.width / CELL_PX)), high = Math.max(1, Math.ceil(area.height / CELL_PX));
    const counts = new Uint32Array(wide * high), kx = wide / (x.high - x.low), ky = high / (y.high - y.low);
    let most = 1;
    for (let i = 0; i < rows.count; i++) {
      if (!rows.left[i] || rows.set[i] !== set) continue;
      const cx = Math.floor((x.values[i] - x.low) * kx), cy = Math.floor((y.high - y.values[i]) * ky);
      if (cx >= 0 && cx < wide && cy >= 0 && cy < high) most = Math.max(most, ++counts[cy * wide + cx]);
    }
    const cells = new ImageData(wide, high), [r, g, b] = rgbOf(colourOf(set)), full = Math.log1p(most);
    for (let k = 0; k < counts.length; k++)
      if (counts[k]) cells.data.set([r, g, b, 50 + 190 * Math.log1p(counts[k]) / full], 4 * k);
    const small = element("canvas", {width: wide, height: high});
    small.getContext("2d").putImageData(cells, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, area.left, area.top, area.width, area.height);
  }

  // kept: 0 or 1 a row. filled: shares of what is brushed, else outlines of what is left.
  #histograms(pen, kept, filled) {
    const {rows, area} = this, whole = this.sets.map(() => 0);
    const counts = [0, 1].map(() => this.sets.map(() => new Uint32Array(BINS)));
    const place = new Int32Array(rows.sets.length).fill(-1);
    this.sets.forEach((set, n) => { place[set] = n; });
    const [bx, by] = this.bins;
    for (let i = 0; i < rows.count; i++) {
      const n = kept[i] ? place[rows.set[i]] : -1;
      if (n < 0) continue;
      whole[n]++;
      if (bx[i] !== 255) counts[0][n][bx[i]]++;
      if (by[i] !== 255) counts[1][n][by[i]]++;
    }
    counts.forEach((own, side) => {
      const shares = own.map((bins, n) => Float32Array.from(bins, c => c / (whole[n] || 1)));
      const most = Math.max(1e-9, ...shares.map(s => Math.max(...s)));
      shares.forEach((share, n) => this.#steps(pen, share.map(s => s / most), side, this.sets[n], filled));
    });
  }

  #steps(pen, heights, side, set, filled) {
    const {left, top, width, height} = this.area, room = SIDE - 12;
    pen.beginPath();
    heights.forEach((h, k) => [k, k + 1].forEach(end => {
      if (side === 0) pen.lineTo(left + end / BINS * width, top - 4 - h * room);
      else pen.lineTo(left + width + 4 + h * room, top + height - end / BINS * height);
    }));
    pen.strokeStyle = pen.fillStyle = colourOf(set);
    if (!filled) { pen.stroke(); return; }
    if (side === 0) { pen.lineTo(left + width, top - 4); pen.lineTo(left, top - 4); }
    else { pen.lineTo(left + width + 4, top); pen.lineTo(left + width + 4, top + height); }
    pen.globalAlpha = 0.35; pen.fill(); pen.globalAlpha = 1;
  }

  #listen() {
    let from = null;
    const at = event => { const r = this.canvas.getBoundingClientRect(); return [event.clientX - r.left, event.clientY - r.top]; };
    this.canvas.addEventListener("pointerdown", event => {
      if (event.button) return;
      from = at(event);
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", event => {
      if (from && far(from, at(event))) this.heard.brushed(this.#between(from, at(event)));
    });
    this.canvas.addEventListener("pointerup", event => {
      if (from && !far(from, at(event))) this.#clicked(...from);
      from = null;
    });
    this.canvas.addEventListener("pointercancel", () => { from = null; });
    this.canvas.addEventListener("keydown", event => this.#key(event));
  }

  // A drag that began over a histogram brushes its axis alone.
  #between(from, to) {
    const {left, top, width} = this.area, [a, b] = [this.#valueAt(...from), this.#valueAt(...to)];
    const x = from[0] > left + width ? [-Infinity, Infinity] : [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
    const y = from[1] < top ? [-Infinity, Infinity] : [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
    return [...x, ...y];
  }

  #clicked(px, py) {
    let best = -1, least = REACH_PX ** 2;
    for (let i = 0; i < this.rows.count; i++) {
      if (!this.rows.left[i] || !this.sets.includes(this.rows.set[i])) continue;
      const d = (this.#across(this.x.values[i]) - px) ** 2 + (this.#down(this.y.values[i]) - py) ** 2;
      if (d < least) { least = d; best = i; }
    }
    if (best < 0) this.heard.brushed(null);
    else this.heard.opened(best);
  }

  #key(event) {
    const wide = this.x.high - this.x.low, high = this.y.high - this.y.low;
    const sign = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
    if (event.key === "Escape") this.heard.brushed(null);
    else if (event.key === "Enter" || (sign && this.within === null))
      this.heard.brushed([this.x.low + wide / 4, this.x.high - wide / 4, this.y.low + high / 4, this.y.high - high / 4]);
    else if (sign) {
      const [dx, dy] = [sign[0] * wide / 20, sign[1] * high / 20], [x0, x1, y0, y1] = this.within;
      const moved = event.shiftKey ? [x0, x1 + dx, y0, y1 + dy] : [x0 + dx, x1 + dx, y0 + dy, y1 + dy];
      if (moved[1] > moved[0] && moved[3] > moved[2]) this.heard.brushed(moved);
    } else return;
    event.preventDefault();
  }
}

const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) > 4;
const titleOf = axis => labelled(axis.name) + (axis.unit ? ` (${axis.unit}${axis.log ? ", log" : ""})` : "");

function line(pen, x0, y0, x1, y1) {
  pen.beginPath(); pen.moveTo(x0, y0); pen.lineTo(x1, y1); pen.stroke();
}
