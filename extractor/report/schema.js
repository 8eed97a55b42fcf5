// The tables of records, each with filters of its own.
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const cellOf = (row, column) => row.rows[0].cells[column];
const valuesOf = (row, column) => {
  const cell = cellOf(row, column);
  return cell.children.length ? [...cell.children].map(one => one.textContent) : [cell.textContent];
};
/** A table of which the rows beyond the first stand in <noscript>, until it is looked through. */
class Table extends Listing {
  constructor(section) {
    const table = $("table", section), rest = $("noscript", section);
    super([...table.tBodies], $(".more", section), $(".empty", section));
    Object.assign(this, { section, table, rest, name: section.dataset.kind });
    Object.assign(this, { since: $(".since", section), until: $(".until", section), selects: $$("select", section) });
    this.total = this.rows.length + Number(rest?.dataset.rows ?? 0);
    for (const filters of $$(".filters", section)) filters.hidden = false;
    $$("thead th", table).forEach((head, column) => head.replaceChildren(
      make("button", { type: "button", textContent: head.textContent, onclick: () => this.sort(head, column) })));
  }
  fill() {
    if (!this.rest) return;
    const template = make("template");
    template.innerHTML = this.rest.textContent;
    const rows = $$("tbody", template.content);
    this.table.append(...rows);
    this.rows.push(...rows);
    this.rest.remove();
    this.rest = null;
  }
  get chosen() { return this.selects.filter(select => select.value); }
  get isDated() { return Boolean(this.since?.value || this.until?.value); }
  get isNarrowed() { return this.isDated || this.chosen.length > 0; }
  /** Tells whether the date of a row, which may be a month, a year or an interval, has a day in common with the time. */
  isWithin(row) {
    const [first, last = first] = cellOf(row, this.table.dataset.dated).textContent.split("/");
    const { since, until } = this;
    return Boolean(first) && (!since.value || last.padEnd(10, "-99") >= since.value) && (!until.value || first <= until.value);
  }
  /** Shows the rows that have the words and fit the table's own filters, and returns how many these are. */
  search(words) {
    const { chosen, isDated } = this;
    if (words || this.isNarrowed || this.most > STEP) this.fill();
    if (this.rest) {
      this.draw(this.rows, this.total);
      return this.total;
    }
    this.found = this.show(row => (!words || textOfRow(row).includes(words))
      && chosen.every(select => valuesOf(row, select.dataset.column).includes(select.value))
      && (!isDated || this.isWithin(row)));
    return this.found.length;
  }
  sort(head, column) {
    const way = head.ariaSort === "ascending" ? -1 : 1;
    for (const other of $$("thead th", this.table)) other.ariaSort = null;
    head.ariaSort = way > 0 ? "ascending" : "descending";
    this.fill();
    const keys = new Map(this.rows.map(row => [row, cellOf(row, column).textContent]));
    this.rows.sort((one, other) => {
      const a = keys.get(one), b = keys.get(other);
      return a && b ? way * collator.compare(a, b) : Boolean(b) - Boolean(a);
    });
    this.table.append(...this.rows);
    update();
  }
}
const listings = $$("section.kind").map(section => new Table(section));
const update = () => {
  const words = lower(valueOf("words"));
  const counts = listings.map(one => `${one.search(words)} of ${one.total} ${one.name}`);
  const narrowed = listings.filter(one => one.isNarrowed), asked = narrowed.length ? narrowed : listings;
  const wanted = words || narrowed.length ? new Set(asked.flatMap(one => one.found.map(row => row.dataset.article))) : null;
  const read = showArticles(wanted, narrowed.length ? "" : words);
  if (listings.length) form.elements.count.value = `${counts.join(", ")}; ${read} of ${articles.length} articles`;
};
for (const link of $$("a[data-since]")) {
  link.addEventListener("click", () => {
    const table = listings.find(({ section }) => `#${$("h2", section).id}` === link.getAttribute("href"));
    if (!table) return;
    table.since.value = link.dataset.since;
    table.until.value = link.dataset.until;
    updateAnew();
  });
}

const prepare = article => {
  for (const card of $$(".record", article)) review(article, card, { right: "Right", wrong: "Wrong" });
  addComplete(article);
};

update();
showDownload();
reveal(location.hash);
