// The list of meetings.
const rows = $$("#rows > li"), listings = rows.length ? [new Listing(rows, $("#more"), $("#nothing"))] : [];
const parties = new Map(rows.map(row => [row, lower(row.dataset.parties)]));
const update = () => {
  const words = lower(valueOf("words")), party = lower(valueOf("party")), since = valueOf("since"), until = valueOf("until");
  const statuses = $$("[name=status]:checked", form).map(one => one.value);
  const isNarrowed = Boolean(party || since || until || statuses.length);
  const found = listings.flatMap(listing => listing.show(row => {
    const { status, since: first, until: last } = row.dataset;
    return (!words || textOfRow(row).includes(words)) && (!party || parties.get(row).includes(party))
      && (!statuses.length || statuses.includes(status))
      && (!since || (last && last >= since)) && (!until || (first && first <= until));
  }));
  const wanted = new Set(found.flatMap(row => row.dataset.articles.split(" ").map(number => `a${number}`)));
  const read = showArticles(words || isNarrowed ? wanted : null, isNarrowed ? "" : words);
  if (rows.length) {
    const undated = since || until ? rows.filter(row => !row.dataset.since).length : 0;
    form.elements.count.value = `${found.length} of ${rows.length} meetings, ${read} of ${articles.length} articles`
      + (undated ? `; ${undated} meetings have no date` : "");
  }
};
for (const link of $$("a[data-party], a[data-since]")) {
  link.addEventListener("click", () => {
    const { party, since, until } = link.dataset, fields = form.elements;
    if (party && fields.party) fields.party.value = party;
    if (since && fields.since) { fields.since.value = since; fields.until.value = until; }
    updateAnew();
  });
}

// What is wrong can be mended, and what is missing added.
const choices = JSON.parse(document.body.dataset.choices);
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
const judgeCard = (article, card) => {
  const { kind, id } = card.dataset;
  const mended = (set, button) => {
    $(".mending", card)?.remove();
    const close = () => { $(".mending", card).remove(); button.focus(); };
    const record = entry(article, kind, id)?.record ?? { ...EMPTY[kind], ...JSON.parse(card.dataset.draft) };
    card.append(editor(article, kind, record, { save: record => { close(); set("mended", record); }, cancel: close }));
    $(".mending :is(input, select, textarea)", card).focus();
  };
  review(article, card, kind === "participant" ? { mended: "Mend" } : { right: "Right", wrong: "Wrong", mended: "Mend" }, { mended });
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
  for (const card of $$(".record", records)) judgeCard(article, card);
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
  records.append(adding);
  for (const one of of(article).records) if (one.verdict === "added") adding.before(added(article, one.kind, one.id, one.record));
  addComplete(article);
};

update();
showDownload();
reveal(location.hash);
