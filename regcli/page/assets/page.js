"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Light, dark, or as the system has it; remembered where that is allowed.
  const root = document.documentElement, themes = ["", "light", "dark"];
  const button = document.getElementById("theme");
  const wear = (theme) => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    button.querySelector("span").textContent = theme || "as the system";
  };
  let theme = "";
  try { theme = localStorage.getItem("regcli-theme") || ""; } catch { /* files may not remember */ }
  wear(themes.includes(theme) ? theme : "");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "") + 1) % themes.length];
    wear(next);
    try { localStorage.setItem("regcli-theme", next); } catch { /* as above */ }
  });

  // What is told of the mark under the pointer: names and values, as text.
  const tip = document.getElementById("tip");
  const tell = (handler, event, item, value) => {
    if (value === null || value === undefined || value === "") { tip.hidden = true; return; }
    const pairs = typeof value === "object" ? Object.entries(value) : [["", String(value)]];
    tip.replaceChildren(...pairs.flatMap(([name, text]) => {
      const label = document.createElement("span"), said = document.createElement("b");
      label.textContent = name;
      said.textContent = text;
      return [label, said];
    }));
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect(), away = 14;
    const x = event.clientX + away + width > innerWidth ? event.clientX - away - width : event.clientX + away;
    tip.style.left = `${Math.max(4, x)}px`;
    tip.style.top = `${Math.max(4, Math.min(event.clientY + away, innerHeight - height - 4))}px`;
  };
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

  // Pictures: those in sight first, the others when there is time.
  const rows = (columns) => {
    const names = Object.keys(columns);
    return columns[names[0]].map((_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
  };
  const draw = async (place, { spec, data }, config) => {
    const datasets = Object.fromEntries(Object.entries(data).map(([name, columns]) => [name, rows(columns)]));
    const whole = { width: "container", autosize: { type: "fit-x", contains: "padding" }, ...spec, datasets };
    // expressions are interpreted, not compiled: that is allowed everywhere
    await vegaEmbed(place, whole, {
      mode: "vega-lite", config, ast: true, renderer: "svg", actions: false, defaultStyle: false, logLevel: 1, tooltip: tell,
    });
    // the place itself is the image, and has the words for it
    place.querySelector("svg").setAttribute("aria-hidden", "true");
  };
  const source = document.getElementById("pictures");
  if (source) {
    const { config, pictures } = JSON.parse(source.textContent);
    const undrawn = new Set(all("[data-picture]"));
    const attend = async (place) => {
      if (!undrawn.delete(place)) return;
      try {
        await draw(place, pictures[place.dataset.picture], config);
        const numbers = place.parentElement.querySelector(".numbers");
        if (numbers) numbers.open = false;
      } catch (error) {
        place.classList.add("undrawn");
        place.textContent = "This picture could not be drawn here; its numbers stand below.";
        console.error(error);
      }
    };
    const inSight = new IntersectionObserver((seen) => {
      for (const entry of seen) if (entry.isIntersecting) attend(entry.target);
    }, { rootMargin: "300px" });
    undrawn.forEach((place) => inSight.observe(place));
    const rest = async () => {
      for (const place of undrawn) {
        await attend(place);
        await new Promise((done) => setTimeout(done, 0));
      }
      root.dataset.drawn = "";
    };
    addEventListener("load", () => setTimeout(rest, 50));
    addEventListener("beforeprint", () => [...undrawn].forEach(attend));
  }

  // Tables: a click on a head sorts, the field above filters.
  const compared = new Intl.Collator(undefined, { numeric: true }).compare;
  const key = (row, i) => {
    const { dataset, textContent } = row.cells[i];
    return "v" in dataset ? Number(dataset.v) : textContent;
  };
  for (const table of all("table")) {
    const body = table.tBodies[0];
    if (body.rows.length < 2 || all("tr.heading", body).length) continue;
    all("thead th", table).forEach((head, _, heads) => {
      const i = head.cellIndex;
      const sorts = document.createElement("button");
      sorts.type = "button";
      sorts.append(...head.childNodes);
      head.append(sorts);
      head.setAttribute("aria-sort", "none");
      sorts.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sorted = [...body.rows].map((row) => [key(row, i), row]).sort(([a], [b]) => {
          const gone = [a, b].map((value) => value === "–" || Number.isNaN(value));
          if (gone[0] || gone[1]) return gone[0] - gone[1];
          const order = typeof a === "number" && typeof b === "number" ? a - b : compared(String(a), String(b));
          return down ? -order : order;
        });
        body.append(...sorted.map(([, row]) => row));
      });
    });
  }
  for (const field of all(".filter")) {
    const body = field.parentElement.querySelector("tbody");
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase();
      for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
  }

  // On paper nothing is folded away that is not behind a picture.
  const folded = all(".folded");
  addEventListener("beforeprint", () => folded.forEach((part) => { part.dataset.was = part.open; part.open = true; }));
  addEventListener("afterprint", () => folded.forEach((part) => { part.open = part.dataset.was === "true"; }));

  // Where one is on the page.
  const links = new Map(all("nav a").map((link) => [link.hash.slice(1), link]));
  const spy = new IntersectionObserver((seen) => {
    for (const entry of seen) {
      if (!entry.isIntersecting) continue;
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-10% 0px -75% 0px" });
  all("main > section").forEach((section) => spy.observe(section));
})();
