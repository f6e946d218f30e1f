/* The report without this script is whole; with it the contents follow the reader and long scorecards can be searched. */
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  const thousands = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");

  /* Tables that fit their column may let their heads stick; wider ones scroll in their own frame. */
  const frames = [...document.querySelectorAll(".table-frame")];
  const measure = () => {
    for (const frame of frames) frame.classList.remove("fits");
    const fitting = frames.filter((frame) => frame.scrollWidth <= frame.clientWidth + 1);
    for (const frame of fitting) frame.classList.add("fits");
  };

  /* Contents: folded on a phone, and marking where the reader is. */
  const followReader = () => {
    const fold = document.querySelector(".toc details");
    if (!fold) return;
    const narrow = window.matchMedia("(max-width: 1080px)");
    const refold = () => { fold.open = !narrow.matches; };
    refold();
    narrow.addEventListener("change", refold);
    fold.addEventListener("click", (event) => { if (narrow.matches && event.target.closest("a")) fold.open = false; });
    const lines = [...fold.querySelectorAll("a")]
      .map((line) => ({ line, place: document.getElementById(decodeURIComponent(line.hash.slice(1))) }))
      .filter(({ place }) => place);
    let marked = null;
    const mark = () => {
      let here = null;
      for (const entry of lines) if (entry.place.getBoundingClientRect().top < 120) here = entry.line;
      const end = document.documentElement.scrollHeight - innerHeight - scrollY < 2;
      if (end && scrollY > 0 && lines.length) here = lines[lines.length - 1].line;
      if (here === marked) return;
      for (const { line } of lines) line.removeAttribute("aria-current");
      for (const item of fold.querySelectorAll(".here")) item.classList.remove("here");
      marked = here;
      if (!here) return;
      here.setAttribute("aria-current", "true");
      for (let item = here.closest("li"); item; item = item.parentElement.closest("li")) {
        item.classList.add("here");
        item.querySelector("a").setAttribute("aria-current", "true");
      }
      const rail = fold.parentElement, at = here.offsetTop;
      if (at < rail.scrollTop || at > rail.scrollTop + rail.clientHeight - 80) rail.scrollTop = at - rail.clientHeight / 2;
    };
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; mark(); });
    }, { passive: true });
    mark();
  };

  /* A scorecard: search, and filters by status, signal, objective and owner. */
  const makeSearchable = (frame) => {
    const form = frame.querySelector(".filters"), said = frame.querySelector(".filter-count");
    const rows = [];
    for (const body of frame.querySelectorAll("tbody")) {
      const head = body.querySelector(".group th");
      const objective = head ? head.firstChild.textContent : "";
      for (const row of body.querySelectorAll("tr:not(.group)")) {
        const owner = row.querySelector("th small b");
        const marks = [...row.querySelectorAll(".status, .signal")].map((cell) => cell.className).join(" ");
        rows.push({
          row, body, objective, owner: owner ? owner.textContent : "", marks: ` ${marks} `,
          text: [...row.cells[0].childNodes].map((part) => part.textContent).concat(objective).join(" ").toLowerCase(),
          exception: / (status-off-target|signal-concern) /.test(` ${marks} `),
        });
      }
    }
    const { search, show, objective, owner } = form.elements;
    const fill = (select, names) => {
      const unique = [...new Set(names)].filter(Boolean).sort((a, b) => a.localeCompare(b, "en"));
      select.closest("label").hidden = unique.length < 2;
      for (const name of unique) select.append(new Option(name, name));
    };
    fill(objective, rows.map((each) => each.objective));
    fill(owner, rows.map((each) => each.owner));
    for (const option of [...show.options].slice(2)) {
      if (!rows.some((each) => each.marks.includes(` ${option.value} `))) option.remove();
    }
    const apply = () => {
      const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      const kept = new Set();
      for (const each of rows) {
        const fits = (show.value === "all" || (show.value === "exceptions" ? each.exception : each.marks.includes(` ${show.value} `)))
          && (!objective.value || each.objective === objective.value)
          && (!owner.value || each.owner === owner.value)
          && terms.every((term) => each.text.includes(term));
        each.row.hidden = !fits;
        if (fits) { shown += 1; kept.add(each.body); }
      }
      for (const body of frame.querySelectorAll("tbody")) body.hidden = !kept.has(body);
      const all = thousands(rows.length);
      said.textContent = shown === rows.length ? `All ${all} KPIs are shown.`
        : `${thousands(shown)} of ${all} KPIs shown${show.value === "exceptions" ? ", the exceptions: off target, or a signal of concern" : ""}. ${thousands(rows.length - shown)} hidden.`;
      said.classList.toggle("complete", shown === rows.length);
    };
    if (frame.dataset.open === "exceptions" && rows.some((each) => each.exception)) show.value = "exceptions";
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  };

  for (const frame of document.querySelectorAll(".scorecard-frame")) makeSearchable(frame);
  followReader();
  measure();
  addEventListener("resize", measure);
  document.fonts.ready.then(measure);
})();
