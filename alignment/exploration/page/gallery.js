"use strict";
// The images of what is brushed, set beside set, as thumbnails that are fetched when they are seen.

const PAGE_OF_CARDS = 24, CARDS_MEANWHILE = 8, MOST_CARDS = 1500, BY_FILE = "";

class Gallery {
  // opened: called with a row.
  constructor(rows, place, opened) {
    Object.assign(this, {rows, place, opened, cards: new Map(), parts: []});
    this.best = new Float64Array(rows.images.name.length);
    this.watcher = new IntersectionObserver(seen => {
      for (const one of seen) if (one.isIntersecting) this.#follow(this.parts[one.target.dataset.set]);
    }, {rootMargin: "400px"});
    rows.sets.forEach((set, n) => place.append(this.#part(set, n)));
  }

  // sorted: {name of a number or BY_FILE, falling}. moving: the first few are enough. Returns how
  // many images hold what is brushed.
  show(sorted, moving = false) {
    const places = this.rows.sets.map(() => []), {brushed, count, set} = this.rows;
    const values = sorted.name === BY_FILE ? null : this.rows.numbers.get(sorted.name).values;
    const worse = sorted.falling ? -1 : 1;
    this.best.fill(NaN);
    for (let i = 0; i < count; i++) {
      if (!brushed[i]) continue;
      const place = this.rows.places[i], value = values === null ? place : worse * values[i];
      const known = this.best[place];
      if (known !== known) { places[set[i]].push(place); this.best[place] = value === value ? value : Infinity; }
      else if (value < known) this.best[place] = value;
    }
    for (const {part} of this.parts) part.scrollTop = 0;  // before anything changes, or all is laid out twice
    for (const [n, part] of this.parts.entries()) this.#fill(part, places[n], moving);
    return places.reduce((sum, own) => sum + own.length, 0);
  }

  #part(set, n) {
    const title = element("h2"), cards = element("div", {className: "cards"}), end = element("div", {textContent: "\u00a0"});
    end.dataset.set = n;
    const made = element("section", {}, title, cards, end);
    made.style.setProperty("--own", variable(n));
    made.setAttribute("aria-label", set.name);
    this.parts.push({title, cards, places: [], shown: 0, name: set.name, part: made, end});
    return made;
  }

  #fill(part, places, moving) {
    part.part.hidden = !places.length;
    places.sort((a, b) => this.best[a] - this.best[b] || a - b);
    Object.assign(part, {places, shown: 0});
    part.title.textContent = `${part.name}: ${counted(places.length)} images`;
    const held = part.cards.contains(document.activeElement) ? document.activeElement : null;
    part.cards.replaceChildren();
    this.watcher.unobserve(part.end);
    if (moving) this.#more(part, CARDS_MEANWHILE);
    else this.#follow(part);
    if (held?.isConnected) held.focus({preventScroll: true});
  }

  // Add a page, and look again whether its end is seen.
  #follow(part) {
    this.watcher.unobserve(part.end);
    this.#more(part, PAGE_OF_CARDS);
    if (part.shown < part.places.length) this.watcher.observe(part.end);
  }

  #more(part, count) {
    const next = part.places.slice(part.shown, part.shown + count);
    part.shown += next.length;
    part.cards.append(...next.map(place => this.#card(place)));
  }

  // Cards stay, so that a brush that moves asks for no thumbnail twice.
  #card(place) {
    let card = this.cards.get(place);
    if (!card) {
      if (this.cards.size > MOST_CARDS) this.cards.clear();
      card = cardOf(this.rows, place);
      this.cards.set(place, card);
    }
    const own = this.rows.rowsOf(place).filter(row => this.rows.brushed[row]);
    card.onclick = () => this.opened(own[0]);
    boxesOn(card.querySelector("svg"), this.rows, this.rows.rowsOf(place).filter(row => this.rows.left[row]), own);
    return card;
  }
}

function cardOf(rows, place) {
  const [width, height] = rows.images.size[place], name = rows.images.name[place];
  const picture = rows.images.there[place] ? [element("img", {loading: "lazy", alt: "", src: `thumb/${place}.jpg`, width, height})] : [];
  const card = element("button", {type: "button", className: "card", title: name}, ...picture, drawn("svg", {viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true"}));
  card.style.aspectRatio = `${width} / ${height}`;
  card.setAttribute("aria-label", name);
  card.dataset.place = place;
  return card;
}

// Draw all boxes softly, and those that count: two paths, since a page of cards has thousands of boxes.
function boxesOn(svg, rows, all, own) {
  const chosen = new Set(own), soft = [...all].filter(row => !chosen.has(row));
  const path = (some, kind) => drawn("path", {d: some.map(row => rectangle(rows, row)).join(""), class: kind});
  svg.replaceChildren(path(soft, "soft"), path([...own], "own"));
}

function rectangle(rows, row) {
  const [x, y, width, height] = rows.boxes.map(side => side[row]);
  return `M${x} ${y}h${width}v${height}h${-width}Z`;
}
