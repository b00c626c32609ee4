"use strict";
// The same steps as package advisor.
const span = (ns) => {
  for (const [name, size] of [["s", 1e9], ["ms", 1e6], ["us", 1e3]]) {
    if (ns >= size) return Math.floor(ns + 0.5) / size + name;
  }
  return ns < 1 ? "0" : Math.floor(100 * ns + 0.5) / 100 + "ns";
};
const farthest = 2, negligible = 0.01;
const doublings = (a, b) => Math.abs(Math.log2(Math.max(a, 1)) - Math.log2(Math.max(b, 1)));
const atOnce = (tasks, limit) => limit === 0 ? tasks : Math.min(tasks, limit);
const rounds = (tasks, limit) => Math.ceil(tasks / atOnce(tasks, limit));
const label = (cell) => cell.idiom === "" ? cell.strategy : cell.strategy + " " + cell.idiom;

function distance(group, c) {
  let sum = doublings(c.grain, group.grain) + 0.5 * doublings(c.submitters, group.submitters);
  if (c.waiting) sum += doublings(rounds(c.tasks, c.limit), rounds(group.tasks, group.limit));
  else sum += 0.25 * doublings(c.tasks, group.tasks) + 0.5 * doublings(atOnce(c.tasks, c.limit), atOnce(group.tasks, group.limit));
  return Math.floor(1000 * sum + 0.5) / 1000;
}

function inWords(group) {
  const text = group.grain === 0 ? `${group.tasks} empty tasks, limit ${group.limit}` :
    `${group.tasks} tasks that ${group.waiting ? "wait" : "compute"} for ${span(group.grain)}, limit ${group.limit}`;
  return group.submitters > 1 ? `${text}, ${group.submitters} submitters` : text;
}

function gap(group, c) {
  const words = [];
  if (doublings(c.grain, group.grain) > 0) words.push(`${group.grain === 0 ? "empty tasks" : "tasks of " + span(group.grain)}, not ${span(c.grain)}`);
  if (c.tasks !== group.tasks) words.push(`${group.tasks} tasks, not ${c.tasks}`);
  if (atOnce(c.tasks, c.limit) !== atOnce(group.tasks, group.limit) && c.limit !== group.limit) words.push(`limit ${group.limit}, not ${c.limit === 0 ? "none" : c.limit}`);
  if (c.submitters !== group.submitters) words.push(`submitters: ${group.submitters}, not ${c.submitters}`);
  return words.join("; ");
}

const variant = (s, option) => option === "" ? s.name : s.name + "+" + option;
const isOwn = (data, name) => name === data.own || name.startsWith(data.own + "+");

function ways(s, c, native) {
  const needs = c.limit > 0 && !c.needs.includes("limit") ? ["limit", ...c.needs] : c.needs;
  const found = s.ways.filter((w) => (w.idiom !== "") === native && needs.every((need) => w.gives.includes(need)));
  if (found.length > 0) return [found, []];
  const reasons = needs.filter((need) => s.unmet[need]).map((need) => `${need}: ${s.unmet[need]}`);
  if (reasons.every((reason) => reason.includes(": only with "))) reasons.push(`${needs.join(" and ")}: not all at once`);
  return [[], reasons];
}

function contradiction(data, needs) {
  const found = data.exclusives.find((e) => e.names.every((name) => needs.includes(name)));
  return found ? `${found.names[0]} and ${found.names[1]} exclude each other: ${found.why}` : "";
}

const fitting = (group, fits) => group.cells.filter((cell) => (fits.get(cell.strategy) || []).includes(cell.idiom));

function nearest(data, c, native, fits) {
  let best = null, most = 0;
  for (const group of data.groups) {
    const n = fitting(group, fits).length;
    if (group.waiting !== c.waiting || group.native !== native || n === 0) continue;
    const far = distance(group, c);
    if (best === null || far < distance(best, c) || (far === distance(best, c) && n > most)) { best = group; most = n; }
  }
  return best;
}

function advise(data, c) {
  const advice = {closest: "", gap: "", distance: 0, ranked: [], eligible: [], excluded: [], notes: []};
  const native = c.needs.some((need) => data.idiomNeeds.includes(need)), fits = new Map();
  for (const s of data.strategies) {
    const [found, reasons] = ways(s, c, native);
    if (found.length === 0) { advice.excluded.push({name: s.name, reasons}); continue; }
    for (const w of found) {
      const name = variant(s, w.option);
      if (!fits.has(name) && (w.option === "" || !fits.has(s.name))) advice.eligible.push(name);
      fits.set(name, [...(fits.get(name) || []), w.idiom]);
    }
  }
  const group = nearest(data, c, native, fits);
  if (group !== null) {
    advice.closest = inWords(group); advice.gap = gap(group, c); advice.distance = distance(group, c);
    if (advice.distance <= farthest) {
      advice.ranked = fitting(group, fits).map((cell) => ({...cell, tied: false}));
      advice.ranked.sort((x, y) => x.ratio - y.ratio);
      const first = advice.ranked[0], names = advice.ranked.map((r) => r.strategy);
      advice.eligible = advice.eligible.filter((name) => !names.includes(name));
      advice.ranked.forEach((r, i) => {
        r.tied = i > 0 && (first.high === 0 || r.high === 0 || r.low <= first.high || r.ratio <= first.ratio * (1 + negligible));
      });
    }
  }
  const contradicts = contradiction(data, c.needs);
  if (contradicts !== "") advice.notes.push(contradicts + ".");
  if (c.waiting) {
    const n = rounds(c.tasks, c.limit);
    let text = `Waiting takes at least ${span(n * c.grain)} under any strategy`;
    if (c.limit > 0 && c.limit < c.tasks) text += `: ${n} rounds of ${c.limit} tasks; without a limit it would take ${span(c.grain)}`;
    advice.notes.push(text + ".");
  } else if (data.bound > 0 && c.grain >= data.bound) {
    advice.notes.push(`Speed does not decide: from tasks of ${span(data.bound)} on no pool is measurably faster than go f(), ${data.uncertainty}. Choose by guarantees.`);
  }
  if (advice.ranked.length > 0 && isOwn(data, advice.ranked[0].strategy)) {
    const other = advice.ranked.find((r) => !isOwn(data, r.strategy));
    const others = other ? `; the best of the others is ${label(other)}` : advice.eligible.length > 0 ? `; others that fit, unmeasured: ${advice.eligible.join(", ")}` : "";
    advice.notes.push(`${data.own} is this project's own pool${others}.`);
  }
  return advice;
}

function lead(advice) {
  if (advice.closest === "") return "No comparison of this kind was measured.";
  if (advice.ranked.length === 0) return `Nothing near enough to rank was measured; the closest is ${advice.closest} (${advice.gap}).`;
  if (advice.gap === "") return `Exactly this case was measured: ${advice.closest}.`;
  return `Closest measured: ${advice.closest} (${advice.gap}).`;
}
