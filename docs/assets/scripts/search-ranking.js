// Which page comes first: the one that has the words in its title, its description and its headings, and often.

const FIELDS = ["title", "text", "about"];  // the last one is a page's description
const WEIGHTS = {
  title: 4, about: 1, lead: 0.5, headings: 3, text: 4,  // where a word stands; the lead is what comes before a heading
  exactly: 1.5,  // for a heading that has these words and no others
  together: 0.5,  // for two words side by side
  earlier: 0.4,  // for the first page over the last: a book explains a thing before it uses it
};
const CODE = 0.3;  // what a word in a block of code counts: prose explains, code uses
const HALF = {heading: 0.5, sections: 2, word: 1, pair: 0.5};  // how often something has to be there to count half
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
  constructor(index, docs, words) {
    Object.assign(this, {index, count: docs.length});
    this.pages = new Map();
    for (const doc of docs) {
      const path = doc.location.split("#")[0];
      if (!this.pages.has(path)) this.pages.set(path, []);
      this.pages.get(path).push(doc);
    }
    this.blocks = new Map(docs.map(({location, text}) => [location, codeBlocks(text)]));
    this.words = Object.keys(index).filter((term) => /^[\p{L}\d]/u.test(term));
    this.widths = new Map(docs.map(({location, title}) => [location, words.query(title, this).length || 1]));
  }

  // How many words a document's title has that mean something.
  width({location}) {
    return this.widths.get(location);
  }

  has(term) {
    return term in this.index;
  }

  begins(start) {
    return this.words.some((word) => word.startsWith(start));
  }

  near(word) {
    const often = (term) => Object.keys(this.index[term].text ?? {}).length;
    return this.words.filter((each) => near(each, word)).sort((a, b) => often(b) - often(a))[0];
  }

  // Where a unit of a query stands: for each document and field the places, and how well the term there does.
  find({terms, starts}) {
    const found = new Map();
    const add = (term, quality) => {
      for (const field of FIELDS)
        for (const [ref, {position}] of Object.entries(this.index[term]?.[field] ?? {})) {
          if (!found.has(ref)) found.set(ref, {});
          const places = found.get(ref)[field] ??= new Map();
          const code = field === "text" && this.blocks.get(ref);
          for (const place of position) {
            const worth = code && code.has(place >>> 20) ? quality * CODE : quality;
            places.set(place, Math.max(worth, places.get(place) ?? 0));
          }
        }
    };
    for (const [term, quality] of terms) add(term, quality);
    const quality = found.size ? 0.3 : 0.7;  // of a word that only begins so
    for (const word of this.words)
      if (!terms.has(word) && starts.some((start) => start.length > 1 && word.startsWith(start))) add(word, quality);
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

  // The documents that a query finds, each with its score.
  rank(units) {
    this.found = units.map((unit) => this.find(unit));
    const pairs = this.found.slice(1).map((each, n) => this.together(
      this.found[n], each, units[n].typed === units[n + 1].typed ? [1, 2] : [0, 1, 2]));
    const parts = [
      ...this.found.map((found) => ({found, weight: 1, half: HALF.word})),
      ...pairs.map((found) => ({found, weight: WEIGHTS.together, half: HALF.pair})),
    ];
    for (const part of parts) part.weight *= Math.log(1 + this.count / Math.max(1, part.found.size));
    const code = units.every(({code}) => code);
    const known = this.found.filter(({size}) => size).length;
    return [...this.pages.values()].flatMap((page, number) => {
      let score = 0;
      for (const {found, weight, half} of parts) {
        const [article, ...sections] = page.map(({location}) => found.get(location));
        const title = best(article?.title);
        const headings = sections.map((fields, n) => best(fields?.title) / Math.sqrt(this.width(page[n + 1])));
        const times = [article, ...sections].map((fields) => often(sum(fields?.text?.values()), half));
        score += weight * (
          WEIGHTS.title * title + WEIGHTS.about * best(article?.about)
          + WEIGHTS.lead * Math.max(title, best(article?.text))
          + WEIGHTS.headings * often(sum(headings), HALF.heading) + WEIGHTS.text * often(sum(times), HALF.sections));
      }
      // The functions of the API are headings, too; they are meant where a function's name is typed.
      const exact = page.some((doc) => (code || !doc.location.includes(".")) && this.width(doc) === units.length
        && this.found.every((found) => best(found.get(doc.location)?.title) >= 0.8));
      if (exact) score += WEIGHTS.exactly * sum(parts.slice(0, units.length).map(({weight}) => weight));
      const boost = (page[0].boost ?? 1) ** (exact ? 0.5 : 1) * (exact && code ? 2 : 1);
      const has = this.found.filter((found) => page.some(({location}) => found.has(location))).length;
      score *= (has / known) ** 2 * boost * (1 + WEIGHTS.earlier * (1 - number / this.pages.size));
      return score ? page.flatMap((doc) => this.place(doc, score, parts)) : [];
    });
  }

  // A document with its score: pages are sorted by theirs, and the documents of a page by their own.
  place({location: ref}, page, parts) {
    const all = parts.flatMap(({found, weight}) => found.has(ref) ? [{fields: found.get(ref), weight}] : []);
    if (!all.length) return [];
    const own = sum(all.map(
      ({fields, weight}) => weight * (3 * best(fields.title) + often(sum(fields.text?.values()), HALF.word))));
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
