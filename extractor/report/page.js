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
const form = $("#filters"), rows = $$("#rows > li"), more = $("#more"), nothing = $("#nothing"), noArticle = $("#no-article");
const lower = text => text.toLocaleLowerCase();
const texts = rows.map(row => lower(row.textContent)), parties = rows.map(row => lower(row.dataset.parties));
let articleTexts = null, most = 50;
const textOf = index => {
  articleTexts ??= articles.map(one => lower(one.textContent.replace(/<[^>]*>/g, "")));
  return articleTexts[index];
};
const update = () => {
  const fields = form.elements, value = name => fields[name]?.value.trim() ?? "";
  const words = lower(value("words")), party = lower(value("party")), since = value("since"), until = value("until");
  const statuses = $$("[name=status]:checked", form).map(one => one.value);
  const isFiltered = Boolean(words || party || since || until || statuses.length);
  const wanted = new Set();
  let found = 0;
  rows.forEach((row, index) => {
    const { status, since: first, until: last } = row.dataset;
    const fits = (!words || texts[index].includes(words)) && (!party || parties[index].includes(party))
      && (!statuses.length || statuses.includes(status))
      && (!since || (last && last >= since)) && (!until || (first && first <= until));
    if (fits) {
      found += 1;
      for (const number of row.dataset.articles.split(" ")) wanted.add(`a${number}`);
    }
    row.hidden = !fits || found > most;
  });
  const onlyWords = words && !(party || since || until || statuses.length);
  let read = 0;
  articles.forEach((article, index) => {
    const fits = !isFiltered || wanted.has(article.id) || (onlyWords && textOf(index).includes(words));
    article.hidden = !fits;
    read += fits;
  });
  if (fields.count && rows.length) {
    const undated = since || until ? rows.filter(row => !row.dataset.since).length : 0;
    fields.count.value = `${found} of ${rows.length} meetings, ${read} of ${articles.length} articles`
      + (undated ? `; ${undated} meetings have no date` : "");
  }
  if (more) {
    more.hidden = found <= most;
    more.textContent = `Show ${Math.min(50, found - most)} more of ${found}`;
    nothing.hidden = found > 0;
    more.parentElement.hidden = found === 0;
  }
  if (noArticle) noArticle.hidden = read > 0;
};
form.hidden = !rows.length && !articles.length;
form.addEventListener("input", () => { most = 50; update(); });
form.addEventListener("reset", () => setTimeout(() => { most = 50; update(); }));
form.addEventListener("submit", event => event.preventDefault());
more?.addEventListener("click", () => { most += 50; update(); });
for (const link of $$("a[data-party], a[data-since]")) {
  link.addEventListener("click", () => {
    const { party, since, until } = link.dataset, fields = form.elements;
    if (party && fields.party) fields.party.value = party;
    if (since && fields.since) { fields.since.value = since; fields.until.value = until; }
    most = 50;
    update();
  });
}

// Review: a person's verdicts, kept in this browser until they are downloaded.
const choices = JSON.parse(document.body.dataset.choices), key = `extractor-review-${document.body.dataset.run}`;
// Without a prototype, an article may be called anything, even __proto__.
const verdicts = Object.assign(Object.create(null), kept.read(key));
const FIELDS = {
  meeting: ["title", "status", "format", "participants", "date_text", "date", "place_text", "country", "topics", "outcome", "evidence"],
  claim: ["source", "cue", "content", "statement", "modality", "reported_by", "meeting"],
  participant: ["name", "kind", "role", "represents", "aliases"],
};
const LISTS = ["topics", "evidence", "content", "aliases"];
const EMPTY = {
  meeting: { title: "", evidence: [], format: "unspecified", status: "held", participants: [], date_text: null, date: null,
    place_text: null, country: null, topics: [], outcome: null },
  claim: { source: "", cue: "", content: [], statement: "", modality: "asserted", reported_by: null, meeting: null },
  participant: { name: "", aliases: [], kind: "person", role: null, represents: null },
};
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
  $("#download").hidden = !number;
  form.hidden = !rows.length && !number;
};
const parties_of = article => [
  ...JSON.parse(article.dataset.parties),
  ...(verdicts[article.dataset.article]?.records ?? [])
    .filter(one => one.verdict === "added" && one.kind === "participant").map(one => [one.id, one.record.name]),
];
const editor = (article, kind, record, { save, cancel }) => {
  const inputs = {};
  const field = name => {
    const value = record[name];
    if (name === "participants") {
      inputs[name] = parties_of(article).map(([id, label]) => [id, make("input", { type: "checkbox", checked: value.includes(id) }), label]);
      return make("fieldset", {}, make("legend", { textContent: name }), ...inputs[name].map(([, box, label]) => make("label", {}, box, label)));
    }
    const options = choices[name] ?? (name === "source" ? parties_of(article)
      : name === "meeting" ? [["", "none"], ...$$(".record.meeting", article).map(one => [one.dataset.id, `${one.dataset.label} ${$("h5", one).textContent}`])] : null);
    const input = options
      ? make("select", {}, ...options.map(one => { const [id, label] = Array.isArray(one) ? one : [one, one]; return make("option", { value: id, textContent: label, selected: id === (value ?? "") }); }))
      : LISTS.includes(name) ? make("textarea", { rows: Math.max(2, value.length), value: value.map(one => one.replace(/\s*\n\s*/g, " ")).join("\n") })
      : make("input", { type: "text", value: value ?? "" });
    inputs[name] = input;
    const hint = ["evidence", "content"].includes(name) ? " (the article's words, a quote a line)" : LISTS.includes(name) ? " (one a line)" : "";
    return make("label", {}, name.replace("_", " ") + hint, input);
  };
  const read = () => {
    const mended = { ...record };
    for (const name of FIELDS[kind]) {
      const input = inputs[name];
      mended[name] = name === "participants" ? input.filter(([, box]) => box.checked).map(([id]) => id)
        : LISTS.includes(name) ? input.value.split("\n").map(one => one.trim()).filter(Boolean)
        : input.value.trim() || (EMPTY[kind][name] === null ? null : "");
    }
    return mended;
  };
  const made = make("form", { className: "mending" }, ...FIELDS[kind].map(field),
    make("div", {}, make("button", { className: "strong", textContent: "Save" }), make("button", { type: "button", textContent: "Cancel", onclick: cancel })));
  made.addEventListener("submit", event => { event.preventDefault(); save(read()); });
  return made;
};
const review = (article, card) => {
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
  const mend = () => {
    $(".mending", card)?.remove();
    const close = () => { $(".mending", card).remove(); buttons.mended.focus(); };
    const record = entry(article, kind, id)?.record ?? { ...EMPTY[kind], ...JSON.parse(card.dataset.draft) };
    card.append(editor(article, kind, record, { save: mended => { close(); set("mended", mended); }, cancel: close }));
    $(".mending :is(input, select, textarea)", card).focus();
  };
  const names = kind === "participant" ? { mended: "Mend" } : { right: "Right", wrong: "Wrong", mended: "Mend" };
  for (const [name, text] of Object.entries(names)) {
    buttons[name] = make("button", { type: "button", className: name, textContent: text, onclick: () => name === "mended" ? mend() : set(name) });
  }
  bar.append(...Object.values(buttons));
  card.append(bar);
  draw();
};
const added = (article, kind, id, record) => {
  const remove = make("button", { type: "button", textContent: "Remove", onclick: () => { judge(article, kind, id, null); card.remove(); } });
  const card = make("article", { className: `record ${kind}`, id: `${article.id}-new-${id}`, tabIndex: -1, dataset: { kind, id, label: id, draft: "{}" } },
    make("header", {}, make("span", { className: "tag", textContent: "new" }),
      make("h5", { textContent: record.title ?? record.statement ?? record.name }), make("span", { className: "chip plain", textContent: kind })),
    make("div", { className: "review" }, remove));
  return card;
};
const prepare = article => {
  const records = $(".records", article);
  for (const card of $$(".record", records)) review(article, card);
  const adding = make("div", { className: "adding" });
  for (const [kind, name] of [["meeting", "Add a meeting"], ["claim", "Add a claim"], ["participant", "Add a party"]]) {
    adding.append(make("button", { type: "button", textContent: name, onclick: () => {
      $(".mending", adding.parentElement.lastElementChild)?.remove();
      const holder = make("div", { className: "record" });
      const used = [...$$(`.record.${kind}`, article).map(one => one.dataset.id)];
      let number = used.length + 1;
      while (used.includes(`${kind[0]}${number}`)) number += 1;
      const id = `${kind[0]}${number}`;
      holder.append(make("h5", { textContent: name }), editor(article, kind, { id, ...EMPTY[kind] }, {
        save: record => { holder.replaceWith(added(article, kind, id, record)); judge(article, kind, id, "added", record); },
        cancel: () => holder.remove(),
      }));
      adding.before(holder);
      $("input, select", holder).focus();
    } }));
  }
  const complete = make("input", { type: "checkbox", checked: of(article).complete, onchange: () => { of(article).complete = complete.checked; keep(article); } });
  records.append(adding, make("label", { className: "done" }, complete, "I have read the article, and nothing is missing"));
  for (const one of of(article).records) if (one.verdict === "added") adding.before(added(article, one.kind, one.id, one.record));
  keep(article);
};
$("#download").addEventListener("click", () => {
  const given = Object.entries(verdicts).filter(([, one]) => one.complete || one.records.length)
    .map(([article, one]) => ({ article, ...one }));
  const text = JSON.stringify({ format: "extractor-corrections/1", articles: given }, null, 1);
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: "corrections.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});

update();
showDownload();
reveal(location.hash);
