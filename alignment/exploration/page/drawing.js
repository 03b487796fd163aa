"use strict";
// One image at its size with what is drawn over it: boxes, masks, keypoints, or its depth instead.

const LAYERS = ["boxes", "masks", "keypoints", "depth"];

// on: which layers are shown. chosen: the row that is meant.
function figureOf(rows, place, chosen, about, on) {
  const [width, height] = rows.images.size[place];
  const depth = on.has("depth") && about.depth;
  const there = depth || rows.images.there[place];  // of numbers alone, boxes are shown on grey
  const picture = there ? [element("img", {src: `${depth ? "depth" : "picture"}/${place}.jpg`, alt: rows.images.name[place]})] : [];
  const svg = drawn("svg", {viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true"});
  if (on.has("boxes")) boxesOn(svg, rows, rows.rowsOf(place), [chosen]);
  for (const box of about.boxes) {
    if (on.has("masks") && box.mask.length) svg.append(drawn("path", {d: box.mask.map(rimOf).join(""), class: "mask"}));
    if (on.has("keypoints")) svg.append(...skeleton(box, Math.max(width, height)));
  }
  const figure = element("figure", {className: "figure"}, ...picture, svg);
  figure.style.aspectRatio = `${width} / ${height}`;
  return figure;
}

// One path with all rims, so that holes stay open.
function rimOf(points) {
  const pairs = [];
  for (let k = 0; k + 1 < points.length; k += 2) pairs.push(`${points[k]} ${points[k + 1]}`);
  return `M${pairs.join("L")}Z`;
}

function skeleton(box, side) {
  const at = k => box.points.slice(3 * k, 3 * k + 3);
  const bones = box.bones.map(([a, b]) => [at(a), at(b)]).filter(([a, b]) => a[2] && b[2]);
  const lines = bones.map(([a, b]) => drawn("line", {x1: a[0], y1: a[1], x2: b[0], y2: b[1]}));
  const dots = [];
  for (let k = 0; 3 * k < box.points.length; k++) {
    const [cx, cy, seen] = at(k);
    if (seen) dots.push(drawn("circle", {cx, cy, r: side / 160, class: seen === 2 ? "" : "hidden"}));
  }
  return [...lines, ...dots];
}
