// Which page comes first: the one that has the words in its title, its description and its headings, and often.

const FIELDS = ["title", "text", "about"];  // the last one is a page's description
const WEIGHTS = {title: 3, about: 1, lead: 1.5, headings: 2.5, exactly: 1.5, text: 2, half: 4, together: 0.5, earlier: 0.4, code: 0.3};
const often = (times, half) => times / (times + half);  // from 0 to 1
const best = (positions) => Math.max(0, ...positions?.values() ?? []);
const sum = (numbers = []) => [...numbers].reduce((all, each) => all + each, 0);

// The numbers of the blocks of a text that are code, as Material counts blocks, which is the upper part of a place.
function codeBlocks(text) {
  const blocks = new Set();
  let depth = 0, block = 0;
  for (const [, end, tag] of text.matchAll(/<(\/?)(\w+)>/g)) {
    depth += end ? -1 : 1;
    if (!end || depth) continue;
    if (tag === "pre") blocks.add(block);
    block += 1;
  }
  return blocks;
}

// Whether two words differ by one letter: one more, one less, another one, or two that changed places.
function near(a, b) {
  let start = 0, end = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [x, y] = [a, b].map((word) => word.slice(start, word.length - end));
  return Math.max(x.length, y.length) < 2 || (x.length === 2 && x === y[1] + y[0]);
}

class Ranking {
  // widths: how many words each document's title has.
  constructor(index, docs, widths) {
    Object.assign(this, {index, widths, count: docs.length});
    this.pages = new Map();
    for (const doc of docs) {
      const path = doc.location.split("#")[0];
      if (!this.pages.has(path)) this.pages.set(path, []);
      this.pages.get(path).push(doc);
    }
    this.code = new Map(docs.map(({location, text}) => [location, codeBlocks(text)]));
    this.words = Object.keys(index).filter((term) => /^[\p{L}\d]/u.test(term));
  }

  // Where a unit of a query stands: for each document and field the places, and how well the term there does.
  find({terms, starts}) {
    const found = new Map();
    const add = (term, quality) => {
      for (const field of FIELDS)
        for (const [ref, {position}] of Object.entries(this.index[term]?.[field] ?? {})) {
          if (!found.has(ref)) found.set(ref, {});
          const places = found.get(ref)[field] ??= new Map();
          const code = field === "text" && this.code.get(ref);
          for (const place of position) {
            const worth = code && code.has(place >>> 20) ? quality * WEIGHTS.code : quality;
            places.set(place, Math.max(worth, places.get(place) ?? 0));
          }
        }
    };
    for (const [term, quality] of terms) add(term, quality);
    const begun = starts.filter((start) => start.length > 1), quality = found.size ? 0.3 : 0.7;
    for (const word of this.words) if (!terms.has(word) && begun.some((start) => word.startsWith(start))) add(word, quality);
    if (!found.size && starts[0].length > 3) for (const word of this.words) if (near(word, starts[0])) add(word, 0.5);
    return found;
  }

  // Where one unit stands right before another, or both in one word.
  together(first, second, steps) {
    const found = new Map();
    for (const [ref, fields] of first)
      for (const [field, places] of Object.entries(fields)) {
        const next = second.get(ref)?.[field] ?? new Map();
        const both = [...places].filter(([place]) => steps.some((step) => next.has(place + step)));
        if (both.length) found.set(ref, {...found.get(ref), [field]: new Map(both)});
      }
    return found;
  }

  rank(units) {
    this.found = units.map((unit) => this.find(unit));
    const pairs = this.found.slice(1).map((each, n) => this.together(
      this.found[n], each, units[n].typed === units[n + 1].typed ? [1, 2] : [0, 1, 2]));
    const parts = [
      ...this.found.map((found) => ({found, weight: 1, half: WEIGHTS.half})),
      ...pairs.map((found) => ({found, weight: WEIGHTS.together, half: 1})),
    ];
    for (const part of parts) part.weight *= Math.log(1 + this.count / Math.max(1, part.found.size));
    const code = units.every(({code}) => code);
    const known = this.found.filter(({size}) => size).length;
    return [...this.pages.values()].flatMap((page, number) => {
      let score = 0;
      for (const {found, weight, half} of parts) {
        const [article, ...sections] = page.map(({location}) => found.get(location));
        const title = best(article?.title);
        const headings = sections.map((fields, n) => best(fields?.title) / Math.sqrt(this.widths.get(page[n + 1].location)));
        const times = sum([article, ...sections].map((fields) => sum(fields?.text?.values())));
        score += weight * (WEIGHTS.title * title + WEIGHTS.about * best(article?.about)
          + WEIGHTS.lead * Math.max(title, best(article?.text))
          + WEIGHTS.headings * often(sum(headings), 1) + WEIGHTS.text * often(times, half));
      }
      const has = this.found.filter((found) => page.some(({location}) => found.has(location))).length;
      // A function's name is a heading of the API, which is meant where it is typed as such.
      const exact = page.some(({location}) => (code || !location.includes(".")) && this.widths.get(location) === units.length
        && this.found.every((found) => best(found.get(location)?.title) === 1));
      if (exact) score += WEIGHTS.exactly * sum(parts.slice(0, units.length).map(({weight}) => weight));
      const boost = exact ? Math.max(1, page[0].boost ?? 1) * (code ? 2 : 1) : page[0].boost ?? 1;
      score *= (has / known) ** 2 * boost * (1 + WEIGHTS.earlier * (1 - number / this.pages.size));
      return score ? page.flatMap((doc) => this.place(doc, score, parts)) : [];
    });
  }

  // A document with its score: pages are sorted by theirs, and the documents of a page by their own.
  place({location: ref}, page, parts) {
    const all = parts.flatMap(({found, weight}) => found.has(ref) ? [{fields: found.get(ref), weight}] : []);
    if (!all.length) return [];
    const own = sum(all.map(({fields, weight}) => weight * (3 * best(fields.title) + often(sum(fields.text?.values()), 1))));
    const has = this.found.filter((found) => found.has(ref)).length / this.found.length;
    // Material multiplies by 5 what stands for a page, and by 2 what stands for a section.
    const score = (1000 * page + own * has ** 2) / (ref.includes("#") ? 2 : 5);
    const places = Object.fromEntries(FIELDS.map((field) => [
      field, {position: [...new Set(all.flatMap(({fields}) => [...fields[field]?.keys() ?? []]))]},
    ]).filter(([, {position}]) => position.length));
    return [{ref, score, places}];
  }

  // What Material says of a document: the words that it marks there, also on the page, and those that are missing.
  describe({location, title, text, score}, units) {
    if (!score) return {};
    const marked = [...`${title} ${text}`.matchAll(/<mark>([^<]*)<\/mark>/g)].map(([, word]) => word.toLowerCase());
    return Object.fromEntries([
      ...units.filter((_, n) => !this.found[n].has(location)).map(({typed}) => [typed, false]),
      ...marked.filter((word) => word.split(/[-+*:~^]/).every((part) => part.length > 1)).map((word) => [word, true]),
    ]);
  }
}
