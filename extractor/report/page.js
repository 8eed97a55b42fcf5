"use strict";
const $ = (query, within = document) => within.querySelector(query);
const $$ = (query, within = document) => [...within.querySelectorAll(query)];
const make = (tag, properties = {}, ...children) => {
  const { dataset, ...others } = properties;
  const element = Object.assign(document.createElement(tag), others);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
};
const kept = {
  read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a private window keeps nothing */ } },
};

// Light and dark.
const theme = $("#theme"), root = document.documentElement;
const show = name => {
  if (name) root.dataset.theme = name;
  const dark = name ? name === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  theme.textContent = dark ? "Light" : "Dark";
  theme.onclick = () => { const next = dark ? "light" : "dark"; kept.write("extractor-theme", next); show(next); };
};
show(kept.read("extractor-theme"));
theme.hidden = false;

// Articles stand in <noscript>, where they are plain text until somebody wants to see one.
const articles = $$("details.article");
const fill = article => {
  const source = $(":scope > noscript", article);
  if (!source) return;
  const template = make("template");
  template.innerHTML = source.textContent;
  source.replaceWith(template.content);
  prepare(article);
};
document.addEventListener("toggle", event => { if (event.target.matches?.("details.article")) fill(event.target); }, true);
const reveal = hash => {
  const article = document.getElementById(/^#(a\d+)(?:-|$)/.exec(hash)?.[1]);
  if (!article) return;
  fill(article);
  article.open = true;
  const target = document.getElementById(hash.slice(1));
  if (!target || target === article) return;
  requestAnimationFrame(() => {
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
    light(article, target);
  });
};
document.addEventListener("click", event => {
  const link = event.target.closest?.("a[href^='#a']"), summary = event.target.closest?.("details.article > summary");
  if (link) reveal(link.getAttribute("href"));
  // "toggle" comes later than the next key may; a click comes first, from the keyboard too.
  if (summary) fill(summary.parentElement);
});
addEventListener("hashchange", () => reveal(location.hash));

// What belongs together lights up together.
const light = (article, source) => {
  for (const one of $$(".lit", article)) one.classList.remove("lit");
  const of = source?.closest("[data-of]"), record = source?.closest(".record");
  const names = of ? of.dataset.of.split(" ") : record ? [record.id] : [];
  for (const name of names) {
    document.getElementById(name)?.classList.add("lit");
    for (const one of $$(`[data-of~="${CSS.escape(name)}"]`, article)) one.classList.add("lit");
  }
};
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, event => {
    const article = event.target.closest?.("details.article[open]");
    if (article) light(article, event.target);
  });
}

// Search and filters.
const form = $("#filters"), noArticle = $("#no-article"), STEP = 50;
const lower = text => text.toLocaleLowerCase();
const valueOf = name => form.elements[name]?.value.trim() ?? "";
let articleTexts = null;
const textOf = index => {
  articleTexts ??= articles.map(one => lower(one.textContent.replace(/<[^>]*>/g, "")));
  return articleTexts[index];
};
/** Shows the articles whose id is wanted or that have the words, and returns how many these are. */
const showArticles = (wanted, words) => {
  let read = 0;
  articles.forEach((article, index) => {
    const fits = !wanted || wanted.has(article.id) || Boolean(words && textOf(index).includes(words));
    article.hidden = !fits;
    read += fits;
  });
  if (noArticle) noArticle.hidden = read > 0;
  return read;
};
const rowTexts = new Map();
const textOfRow = row => {
  if (!rowTexts.has(row)) rowTexts.set(row, lower(row.textContent));
  return rowTexts.get(row);
};
/** Rows of which those that fit are shown, some at a time; `more` is the button for the next, `nothing` says there is none. */
class Listing {
  constructor(rows, more, nothing) {
    Object.assign(this, { rows, more, nothing, most: STEP });
    more.addEventListener("click", () => { this.most += STEP; update(); });
  }
  /** Shows the rows that fit, and returns them. */
  show(fits) {
    const found = this.rows.filter(fits);
    this.draw(found, found.length);
    return found;
  }
  /** Shows the first of those that were found, so many altogether. */
  draw(found, number) {
    const shown = new Set(found.slice(0, this.most));
    for (const row of this.rows) row.hidden = !shown.has(row);
    this.more.hidden = number <= this.most;
    this.more.textContent = `Show ${Math.min(STEP, number - this.most)} more of ${number}`;
    this.more.parentElement.hidden = !number;
    this.nothing.hidden = number > 0;
  }
}
const updateAnew = () => { for (const one of listings) one.most = STEP; update(); };
document.addEventListener("input", event => { if (event.target.form === form) updateAnew(); });
form.addEventListener("reset", () => setTimeout(updateAnew));
form.addEventListener("submit", event => event.preventDefault());

// Review: a person's verdicts, kept in this browser until they are downloaded.
const download = $("#download"), key = `extractor-review-${document.body.dataset.run}`;
// Without a prototype, an article may be called anything, even __proto__.
const verdicts = Object.assign(Object.create(null), kept.read(key));
const of = article => verdicts[article.dataset.article] ??= { digest: article.dataset.digest, complete: false, records: [] };
const entry = (article, kind, id) => verdicts[article.dataset.article]?.records.find(one => one.kind === kind && one.id === id);
const judge = (article, kind, id, verdict, record) => {
  const { records } = of(article), at = records.findIndex(one => one.kind === kind && one.id === id);
  if (at >= 0) records.splice(at, 1);
  if (verdict) records.push({ kind, id, verdict, ...(record ? { record } : {}) });
  keep(article);
};
const keep = article => {
  kept.write(key, verdicts);
  const judged = $$(".record:not(.participant)", article).length;
  const { complete, records } = of(article);
  const badge = $(".state-of-review", article), count = records.filter(one => one.kind !== "participant").length;
  badge.className = "state-of-review reviewed";
  badge.textContent = complete ? " · reviewed" : count ? ` · ${count} of ${judged} judged` : "";
  showDownload();
};
const showDownload = () => {
  const number = Object.values(verdicts).reduce((sum, one) => sum + one.records.length + one.complete, 0);
  download.hidden = !number;
  form.hidden = !listings.length && !number;
};
/** Adds the buttons of a verdict to a record; `act` says what a name does where it is more than a verdict. */
const review = (article, card, names, act = {}) => {
  const { kind, id, label } = card.dataset;
  const buttons = {}, bar = make("div", { className: "review" });
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", `Your verdict on ${label}`);
  const draw = () => {
    const one = entry(article, kind, id);
    card.classList.toggle("is-wrong", one?.verdict === "wrong");
    for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", String(one?.verdict === name));
    if (one?.record) $("h5", card).textContent = one.record.title ?? one.record.statement ?? one.record.name;
  };
  const set = (verdict, record) => { judge(article, kind, id, entry(article, kind, id)?.verdict === verdict && !record ? null : verdict, record); draw(); };
  for (const [name, text] of Object.entries(names)) {
    buttons[name] = make("button", { type: "button", className: name, textContent: text, onclick: () => act[name] ? act[name](set, buttons[name]) : set(name) });
  }
  bar.append(...Object.values(buttons));
  card.append(bar);
  draw();
};
/** Adds the box for an article that was read to the end. */
const addComplete = article => {
  const complete = make("input", { type: "checkbox", checked: of(article).complete, onchange: () => { of(article).complete = complete.checked; keep(article); } });
  $(".records", article).append(make("label", { className: "done" }, complete, "I have read the article, and nothing is missing"));
  keep(article);
};
download.addEventListener("click", () => {
  const given = Object.entries(verdicts).filter(([, one]) => one.complete || one.records.length)
    .map(([article, one]) => ({ article, ...one }));
  const { format, file } = download.dataset;
  const text = JSON.stringify({ format, articles: given }, null, 1);
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
