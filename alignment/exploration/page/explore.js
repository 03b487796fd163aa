"use strict";
// Fetch the columns once, and let every part hear what the others did.

const at = id => document.getElementById(id);
const GALLERY_EVERY_MS = 250, AT_REST_MS = 120;

class Page {
  constructor(rows, alone) {
    Object.assign(this, {rows, within: null, panels: [], due: false, galleryAt: 0});
    this.gallery = new Gallery(rows, at("gallery"), row => this.detail.open(row));
    this.detail = new Detail(rows, at("detail"), aboutOf(alone));
    this.filters = new Filters(rows, at("filters"), allowed => this.#filtered(allowed));
    this.keeping = new Keeping(rows, at("keep"), alone);
    at("sets").append(...rows.sets.map(legend));
    this.#choices();
    this.#arrange();
    this.#select(null);
    addEventListener("resize", () => this.#redraw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
    document.addEventListener("keydown", event => this.#key(event));
  }

  #choices() {
    const options = (id, names, chosen) => at(id).append(...names.map(name =>
      element("option", {value: name, textContent: labelled(name) || "file", selected: name === chosen})));
    const axes = this.rows.axisNames, numbers = [...this.rows.numbers.keys()];
    const [first, second] = ["bbox_area", "center_y"].map((name, n) => axes.includes(name) ? name : axes[n] || axes[0]);
    options("across", axes, first);
    options("up", axes, second);
    const unlike = numbers.filter(name => name.startsWith("unlike_")).at(-1);
    options("sort", [...numbers.filter(n => n.startsWith("unlike_")), ...numbers.filter(n => !n.startsWith("unlike_")), BY_FILE], unlike || BY_FILE);
    at("falling").checked = Boolean(unlike);
    for (const id of ["across", "up"]) at(id).onchange = () => { this.#select(null); this.#redraw(); };
    at("as").onchange = () => this.#redraw();
    at("panels").onchange = () => { this.#arrange(); };
    for (const id of ["sort", "falling"]) at(id).onchange = () => this.#show();
  }

  #arrange() {
    const all = this.rows.sets.map((_, n) => n), each = at("panels").value === "each";
    const heard = {brushed: within => this.#select(within), opened: row => this.detail.open(row)};
    this.panels = (each ? all.map(n => [n]) : [all]).map(sets =>
      new Panel(this.rows, sets, each ? this.rows.sets[sets[0]].name : "", heard));
    at("plots").replaceChildren(...this.panels.map(panel => panel.element));
    this.#redraw();
  }

  #axes() { return [this.rows.axis(at("across").value), this.rows.axis(at("up").value)]; }

  #redraw() {
    for (const panel of this.panels) panel.draw(...this.#axes(), at("as").value);
  }

  #filtered(allowed) {
    this.rows.filter(allowed);
    this.rows.brush(...this.#axes(), this.within);
    this.#redraw();
    this.#show();
  }

  // A brush that moves is drawn in every frame, a few images beside it now and then, all at rest.
  #select(within) {
    this.within = within;
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.rows.brush(...this.#axes(), this.within);
      for (const panel of this.panels) panel.show(this.within);
      clearTimeout(this.later);
      this.later = setTimeout(() => this.#show(), AT_REST_MS);
      if (performance.now() - this.galleryAt > GALLERY_EVERY_MS) this.#show(true);
    });
  }

  #show(moving = false) {
    const images = this.gallery.show({name: at("sort").value, falling: at("falling").checked}, moving);
    let boxes = 0;
    for (const one of this.rows.brushed) boxes += one;
    at("count").textContent = `${counted(boxes)} of ${counted(this.rows.count)} boxes, on ${counted(images)} images`;
    this.galleryAt = performance.now();
    if (!moving) document.documentElement.dataset.ready = "true";
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || at("detail").open || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    const goal = {"/": at("filters").querySelector("summary"), g: at("gallery").querySelector("section:not([hidden]) .card"), k: at("name"), p: at("plots").querySelector("canvas")}[event.key];
    if (!goal) return;
    goal.focus();
    event.preventDefault();
  }
}

function legend(set, n) {
  const dot = element("span", {className: "dot"});
  dot.style.setProperty("--own", variable(n));
  const kind = set.real ? " (real)" : set.reference ? " (others are held against it)" : "";
  return element("li", {}, dot, `${set.name}${kind}: ${counted(set.boxes)} boxes on ${counted(set.images)} images`);
}

function aboutOf(alone) {
  if (alone) return async place => alone.about[place];
  return async place => (await answered(`about/${place}.json`)).json();
}

// asked: what was asked already, while the scripts came.
async function answered(path, asked = fetch(path)) {
  const reply = await asked;
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${reply.statusText}`);
  return reply;
}

async function begin() {
  const alone = window.TWINSET || null;
  try {
    const [state, body] = alone
      ? [alone.state, Uint8Array.from(atob(alone.columns), letter => letter.charCodeAt(0)).buffer]
      : await Promise.all([answered("state", window.ASKED.state).then(r => r.json()), answered("columns", window.ASKED.columns).then(r => r.arrayBuffer())]);
    window.page = new Page(new Rows(state, body), alone);
  } catch (error) {
    at("wrong").textContent = `${error.message}. Is \`make explore\` still running?`;
    throw error;
  }
}

begin();
