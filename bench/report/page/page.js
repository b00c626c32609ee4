(() => {
  const runs = JSON.parse(document.getElementById("data").textContent);
  const element = (name, text, attributes = {}) => {
    const e = document.createElement(name);
    if (text !== undefined) e.textContent = text;
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    return e;
  };

  // Tables sort by the number behind a figure, or by their text.
  const key = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
    const text = cell.textContent, number = parseFloat(text.replace(/^(below|above|about) /, ""));
    if (text === "-" || text === "") return null;
    return Number.isNaN(number) || /^\S*[a-z]\S*=/.test(text) ? text : number;
  };
  const collator = new Intl.Collator("en", {numeric: true});
  const compare = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === "number" && typeof b === "number") return a - b;
    return collator.compare(String(a), String(b));
  };
  document.querySelectorAll("table.cells, table.summary").forEach((table) => {
    table.tHead.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const head = button.parentElement, column = head.cellIndex;
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const th of head.parentElement.cells) th.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = Array.from(table.tBodies[0].rows, (row) => ({row, key: key(row, column)}));
      rows.sort((a, b) => {
        // What was not measured stays at the end.
        if (a.key === null || b.key === null) return compare(a.key, b.key);
        return down ? compare(b.key, a.key) : compare(a.key, b.key);
      });
      // Rows that are on the page are moved one by one, each with a layout.
      const body = table.tBodies[0];
      body.remove();
      body.append(...rows.map((r) => r.row));
      table.append(body);
    });
  });

  // The filter hides rows; what a strategy guarantees is known from the choice. A
  // server has no such guarantees, and stays.
  const filter = document.getElementById("filter"), shown = document.getElementById("shown");
  const rows = Array.from(document.querySelectorAll("table.cells tbody tr"),
    (row) => ({row, text: row.textContent.toLowerCase()}));
  const applyFilter = () => {
    const f = new FormData(filter), words = f.get("workload").toLowerCase().split(/\s+/).filter(Boolean);
    const strategy = f.get("strategy"), wanted = f.get("guarantee"), run = f.get("run") || "";
    const lacks = new Set(), gives = new Set();
    for (const s of wanted ? runs[0].data.strategies : []) {
      for (const w of s.ways) (w.gives.includes(wanted) ? gives : lacks).add(variant(s, w.option));
    }
    let count = 0;
    for (const {row, text} of rows) {
      const show = words.every((w) => text.includes(w)) && (!strategy || row.dataset.s === strategy) &&
        (!lacks.has(row.dataset.s) || gives.has(row.dataset.s)) && (!run || row.dataset.r === run);
      row.hidden = !show;
      count += show;
    }
    shown.textContent = count + " of " + rows.length + " cells";
  };
  if (filter) { // a page of a history alone has no tables
    filter.addEventListener("input", applyFilter);
    filter.addEventListener("submit", (event) => event.preventDefault());
    applyFilter();
  }

  // A curve can be singled out in every chart by its name.
  document.querySelectorAll("figure").forEach((figure) => {
    figure.addEventListener("click", (event) => {
      const button = event.target.closest("button.key");
      if (!button) return;
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", on);
      figure.querySelectorAll("." + button.dataset.curve).forEach((e) => e.classList.toggle("on", on));
      figure.classList.toggle("singled", figure.querySelector("[aria-pressed=true]") !== null);
    });
  });

  // What is copied is selected too, for where the clipboard is not to be had.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const code = button.previousElementSibling;
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
    navigator.clipboard?.writeText(code.textContent).then(() => { button.textContent = "Copied"; }, () => {});
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });

  // The choice.
  const form = document.getElementById("case"), out = document.getElementById("choice");
  const units = {ns: 1, us: 1e3, "\u00b5s": 1e3, "\u03bcs": 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12};
  const nanoseconds = (text) => { // as Go's time.ParseDuration
    const parts = /^\s*((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)\s*$/.exec(text);
    if (!parts) return /^\s*0\s*$/.test(text) ? 0 : NaN;
    return Array.from(parts[1].matchAll(/([\d.]+)([^\d.]+)/g)).reduce((sum, [, n, unit]) => sum + Number(n) * units[unit], 0);
  };
  const short = (v) => v >= 99.95 ? v.toFixed(0) : v >= 9.995 ? v.toFixed(1) : v >= 0.0995 ? v.toFixed(2) : String(Number(v.toPrecision(2)));
  const tableOf = (title, head, body) => {
    const table = element("table", undefined, {"aria-label": title}), thead = table.createTHead().insertRow(), tbody = table.createTBody();
    for (const title of head) thead.append(element("th", title, {scope: "col"}));
    for (const cells of body) {
      const row = tbody.insertRow();
      cells.forEach((text, i) => row.append(i === 0 ? element("th", text, {scope: "row"}) : element("td", text, {class: i === cells.length - 1 ? "reason" : ""})));
    }
    const scroll = element("div", undefined, {class: "scroll", role: "region", tabindex: "0", "aria-label": title});
    scroll.append(table);
    return scroll;
  };
  const applyChoice = () => {
    const f = new FormData(form);
    const wanted = {
      grain: nanoseconds(f.get("grain")), tasks: Number(f.get("tasks")), limit: Number(f.get("limit") || 0), submitters: Number(f.get("submitters")),
      waiting: f.get("waiting") !== "", needs: [f.get("full"), f.get("panic"), ...f.getAll("need")].filter(Boolean),
    };
    if (Number.isNaN(wanted.grain)) {
      out.replaceChildren(element("p", "The length of a task wants a number and a unit, such as 250ns, 5us or 20ms.", {class: "error"}));
      return;
    }
    if (!(Number.isInteger(wanted.tasks) && wanted.tasks >= 1 && Number.isInteger(wanted.submitters) && wanted.submitters >= 1 && Number.isInteger(wanted.limit) && wanted.limit >= 0)) {
      out.replaceChildren(element("p", "Tasks and submitters are whole numbers from 1 on, the limit one from 0 on.", {class: "error"}));
      return;
    }
    const advice = advise(runs[Number(f.get("run") || 0)].data, wanted), parts = [element("p", lead(advice), {id: "distance"})];
    for (const note of advice.notes) parts.push(element("p", note, {class: "note"}));
    if (advice.ranked.length > 0) {
      parts.push(tableOf("Ranked", ["strategy", "time, to go f()", "95 % interval", "n", "remark"], advice.ranked.map((r) => [
        label(r), short(r.ratio) + "x", r.high === 0 ? "too few processes" : "[" + short(r.low) + ", " + short(r.high) + "]", r.n, r.tied ? "tied" : ""])));
    }
    if (advice.eligible.length > 0) parts.push(element("p", "Eligible, unmeasured: " + advice.eligible.join(", ") + "."));
    if (advice.excluded.length > 0) parts.push(element("h3", "Ruled out"), tableOf("Ruled out", ["strategy", "why"], advice.excluded.map((d) => [d.name, d.reasons.join("; ")])));
    out.replaceChildren(...parts);
  };
  if (form) {
    form.addEventListener("input", applyChoice);
    form.addEventListener("submit", (event) => event.preventDefault());
    applyChoice();
  }

  // Paper shows what a screen folds away.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = Array.from(document.querySelectorAll("details:not([open])"));
    for (const d of folded) d.open = true;
  });
  addEventListener("afterprint", () => { for (const d of folded) d.open = false; });
})();
