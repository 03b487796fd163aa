"use strict";
// Ticks of an axis, numbers in words, and the colours of sets.

function spoken(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size && (size < 0.001 || size >= 1e6)) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

const counted = count => count.toLocaleString("en");

const labelled = name => name.replaceAll("_", " ");

// Return [{at, word}], at as the axis has its values.
function ticksOf(axis, most) {
  if (axis.words) {
    const every = Math.ceil(axis.words.length / most);
    return axis.words.map((word, at) => ({at, word: word || "none"})).filter(one => one.at % every === 0);
  }
  return axis.log ? logTicks(axis, most) : plainTicks(axis, most);
}

function plainTicks(axis, most) {
  const rough = (axis.high - axis.low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(k => k * power).find(s => s >= rough);
  const ticks = [];
  for (let k = Math.ceil(axis.low / step); k * step <= axis.high; k++)
    ticks.push({at: k * step, word: spoken(k * step)});
  return ticks;
}

function logTicks(axis, most) {
  for (const digits of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = [];
    for (let power = Math.floor(axis.low); power <= axis.high; power++)
      for (const digit of digits) {
        const at = power + Math.log10(digit);
        if (at >= axis.low && at <= axis.high) ticks.push({at, word: spoken(10 ** at)});
      }
    if (ticks.length <= most || digits.length === 1) return ticks;
  }
}

const COLOURS = 6;
const variable = set => `var(--set-${set % COLOURS})`;

// Return the value of a custom property of the page, as canvas takes it.
const styled = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const colourOf = set => styled(`--set-${set % COLOURS}`);

function rgbOf(colour) {
  const digits = colour.length === 4 ? [...colour.slice(1)].map(d => d + d).join("") : colour.slice(1);
  return [0, 2, 4].map(at => parseInt(digits.slice(at, at + 2), 16));
}

function element(name, given = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, given);
  made.append(...children);
  return made;
}

function drawn(name, given) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
  return made;
}
