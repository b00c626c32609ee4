"use strict";
// The same rules as package choice, step by step.
const hundredth = (x) => Math.floor(100 * x + 0.5) / 100;

function span(ns) {
  for (const [name, size] of [["s", 1e9], ["ms", 1e6], ["us", 1e3]]) {
    if (ns >= size) return hundredth(ns / size) + name;
  }
  return ns < 1 ? "0" : hundredth(ns) + "ns";
}

const doublings = (a, b) => Math.abs(Math.log2(Math.max(a, 1)) - Math.log2(Math.max(b, 1)));

function distance(wanted, cell, limited) {
  let sum = doublings(wanted.grain, cell.grain) + 0.25 * doublings(wanted.tasks, cell.tasks) +
    0.5 * doublings(wanted.submitters, cell.submitters);
  if (limited) sum += 0.5 * doublings(wanted.limit, cell.limit);
  return Math.floor(1000 * sum + 0.5) / 1000;
}

function gap(wanted, cell, limited) {
  const words = [];
  if (doublings(wanted.grain, cell.grain) > 0) words.push("tasks of " + span(cell.grain) + ", not " + span(wanted.grain));
  if (wanted.tasks !== cell.tasks) words.push(cell.tasks + " tasks, not " + wanted.tasks);
  if (limited && wanted.limit !== cell.limit) words.push("limit " + cell.limit + ", not " + wanted.limit);
  if (wanted.submitters !== cell.submitters) words.push("submitters: " + cell.submitters + ", not " + wanted.submitters);
  return words.join("; ");
}

const limits = (strategy, wanted) => strategy.unlimited === "" && wanted.limit > 0;

function nearest(data, strategy, wanted, group) {
  const limited = limits(strategy, wanted);
  let best = null;
  for (const cell of data.cells) {
    if (cell.strategy !== strategy.name || cell.blocking !== wanted.blocking || (group !== "" && cell.group !== group)) continue;
    const far = distance(wanted, cell, limited);
    if (best === null || far < best.distance) {
      best = {name: strategy.name, cell, distance: far, gap: gap(wanted, cell, limited), level: false, nearest: false};
    }
  }
  return best;
}

function nearestGroup(data, fits, wanted, ranked) {
  const least = Math.min(...ranked.map((r) => r.distance)), members = new Map();
  for (const cell of data.cells) {
    const s = fits.find((f) => f.name === cell.strategy);
    if (!s || cell.blocking !== wanted.blocking || distance(wanted, cell, limits(s, wanted)) !== least) continue;
    if (!members.has(cell.group)) members.set(cell.group, new Set());
    members.get(cell.group).add(cell.strategy);
  }
  let best = "", most = 0;
  for (const [group, names] of members) {
    if (names.size > most) { best = group; most = names.size; }
  }
  return best;
}

function choose(data, wanted) {
  const result = {ranked: [], dropped: [], unmeasured: []}, fits = [];
  for (const s of data.strategies) {
    const reasons = [];
    if (wanted.limit > 0 && s.unlimited !== "") reasons.push(s.unlimited);
    for (const need of wanted.needs) if (s.unmet[need]) reasons.push(need + ": " + s.unmet[need]);
    if (reasons.length > 0) { result.dropped.push({name: s.name, reasons}); continue; }
    const found = nearest(data, s, wanted, "");
    if (found === null) result.unmeasured.push(s.name);
    else { result.ranked.push(found); fits.push(s); }
  }
  const group = nearestGroup(data, fits, wanted, result.ranked);
  result.ranked = result.ranked.map((r, i) => {
    const inside = nearest(data, fits[i], wanted, group);
    return inside === null ? r : {...inside, nearest: true};
  });
  result.ranked.sort((a, b) => {
    if (a.nearest !== b.nearest) return a.nearest ? -1 : 1;
    if (a.nearest) return a.cell.ratio - b.cell.ratio;
    return a.distance - b.distance || a.cell.ratio - b.cell.ratio;
  });
  result.ranked.forEach((r, i) => {
    const first = result.ranked[0].cell;
    r.level = i > 0 && r.nearest && (first.high === 0 || r.cell.high === 0 || r.cell.low <= first.high);
  });
  return result;
}
