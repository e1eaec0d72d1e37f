// Which words are the same: spellings, parts of compounds, and what docs/search.toml and the glossary list.
//
// A term of the index is a word, or what several words have in common: ~stem, =group of synonyms, -part of a compound.

const TIMES = /(\d)\s*(?:[x×✕⨯*]|-?by-?)\s*(?=\d)/giu;
// British endings, and the American ones.
const ENDINGS = [
  [/is(e[sdr]?|ers|ing|ations?|able)$/, "iz$1"], [/ys(e[sdr]?|ing)$/, "yz$1"], [/([aeiou]l)l(ed|ing|ers?)$/, "$1$2"],
  [/(\p{L}{3})our(s?|ed|ing|less|able|hoods?)$/u, "$1or$2"], [/^grey/, "gray"], [/(cent|met|fib)re(s|d)?$/, "$1er$2"],
];
const NAME = /_|\p{L}\d+\p{L}/u;  // a name such as max_pool2d
const small = (word) => word.toLowerCase();
const american = (word) => ENDINGS.reduce((spelt, [british, own]) => spelt.replace(british, own), word);
const partsOf = (word) => word.match(/\d+(?:x\d+)+|\p{L}+\d(?![\d\p{L}])|\d+(?:\.\d+)*|\p{L}+/gu) ?? [];
const stem = (word) => `~${lunr.stemmer(new lunr.Token(american(word), {}))}`;

class Words {
  constructor(docs, same, separator) {
    this.separator = new RegExp(separator, "u");
    // Words come in small letters; how MobileNet falls apart is to be seen in the documents alone.
    this.camels = new Map();
    for (const {title, text} of docs)
      for (const [word] of `${title} ${text}`.matchAll(/\p{L}*\p{Ll}\p{Lu}[\p{L}\d]*/gu))
        this.camels.set(word.toLowerCase(), word.match(/\p{Lu}*[\p{Ll}\d]+|\p{Lu}+/gu).map(small));
    const chapters = docs.filter(({boost = 1}) => boost >= 1);
    this.titles = new Set(chapters.flatMap(({title}) => title.toLowerCase().split(this.separator)));
    this.known = new Map();
    this.phrases = new Map();  // by their first stems
    this.listed = same.flatMap((group, number) => group.map((phrase) => [american(small(phrase)), `=${number}`]));
    same.forEach((group, number) => group.forEach((phrase) => {
      const stems = this.split(phrase).flatMap(partsOf).map(stem);
      this.phrases.set(stems[0], [...this.phrases.get(stems[0]) ?? [], {term: `=${number}`, stems}]);
    }));
  }

  split(text) {
    return text.toLowerCase().replace(TIMES, "$1x").split(this.separator).filter(Boolean);
  }

  // The groups that have a phrase with which these stems begin; those of the next words are looked up where needed.
  groups(stems, next = []) {
    const phrases = this.phrases.get(stems[0]);
    if (!phrases) return [];
    const all = [...stems, ...next.flatMap((word) => this.analyse(word).stems)];
    return phrases.filter((phrase) => phrase.stems.every((each, n) => each === all[n]));
  }

  // The terms under which a word of a document is found, given the word and the next ones.
  index(tokens) {
    const number = /^\d+$/.test(tokens[0]) && /^[x×✕⨯*]$|^by$/.test(tokens[1]) && tokens.slice(0, 3).join("");
    const {parts, stems, terms} = this.analyse(number || tokens[0]);
    const found = parts.flatMap((_, n) => this.groups(stems.slice(n), tokens.slice(1)));
    return found.length ? [...terms, ...found.map(({term}) => term)] : terms;
  }

  analyse(word) {
    if (!this.known.has(word)) {
      const parts = partsOf(word.replace(TIMES, "$1x")), stems = parts.map(stem);
      const own = parts.length > 1 ? [parts.join(""), ...parts.filter((part) => part.length > 1)] : parts;
      const camel = (this.camels.get(word) ?? []).flatMap((part) => [`-${part}`, `-${stem(part)}`]);
      const terms = [...new Set([...own, ...own.map(american), ...own.map(stem), ...camel])];
      this.known.set(word, {parts, stems, terms});
    }
    return this.known.get(word);
  }

  // What a reader types, as units: for each word the terms that will do for it, how well they do, and what may be the
  // beginning of one. The index says what there is.
  query(text, index) {
    const split = this.split(text).map((word) => {
      const parts = partsOf(word), whole = parts.join("");
      const listed = this.groups(parts.map(stem)).some((phrase) => phrase.stems.length === parts.length);
      const one = NAME.test(word) ? !listed : parts.some((part) => part.length < 2);  // channels_last is listed
      return one && index.has(whole) ? [whole] : parts;
    });
    const long = split.flatMap((own) => own.map((part) => own.length === 1 || part.length > 1));
    const parts = split.flat().filter((_, n) => long[n]).map((part) => this.correct(part, index));
    for (let n = 0; n < parts.length; n++)  // bottle neck, where there is no bottle
      for (let end = Math.min(n + 3, parts.length); end > n + 1; end--) {
        const own = parts.slice(n, end);
        const missing = own.some((part) => !index.has(part));
        if (missing && index.has(own.join(""))) parts.splice(n, own.length, own.join(""));
      }
    const stems = parts.map(stem);
    const units = parts.map((part) => (
      {typed: part, terms: new Map(), starts: [part, american(part)], code: NAME.test(part)}));
    const add = (unit, term, quality) => unit.terms.set(term, Math.max(quality, unit.terms.get(term) ?? 0));
    const word = (unit, text) => {
      for (const each of [text, american(text)]) add(unit, each, 1);
      add(unit, stem(text), 0.8);
    };
    units.forEach((unit, n) => {
      word(unit, parts[n]);
      add(unit, `-${parts[n]}`, 0.9);
      add(unit, `-${stems[n]}`, 0.3);
      for (const [phrase, group] of this.listed)  // its beginning, as one types
        if (parts[n].length > 2 && phrase.startsWith(american(parts[n]))) add(unit, group, 0.3);
      for (const phrase of this.groups(stems.slice(n)))
        for (const each of units.slice(n, n + phrase.stems.length))
          add(each, phrase.term, phrase.stems.length > 1 ? 0.7 : 1);
      for (let end = n + 2; end <= Math.min(n + 4, parts.length); end++)  // what others write in one, or with a hyphen
        for (const each of units.slice(n, end)) {
          const whole = parts.slice(n, end).join("");
          word(each, whole);
          if (end === parts.length) each.starts.push(whole);
        }
    });
    const meant = units.filter(({typed}) => lunr.stopWordFilter(typed));
    return meant.length ? meant : units;
  }

  // The word itself, or the most frequent one that differs from it by a letter where there is no such word.
  correct(word, index) {
    if (word.length < 4 || this.phrases.has(stem(word)) || index.has(stem(word)) || index.begins(word)) return word;
    return index.near(word) ?? word;
  }

  // The word of a title that begins as the last word does that was typed.
  suggest(text) {
    const last = text.toLowerCase().split(/[\s-]+/).pop();
    const found = [...this.titles].filter((title) => last && title.startsWith(last) && /^[\p{L}\d×]+$/u.test(title));
    return found.sort((a, b) => a.length - b.length).slice(0, 1);
  }
}
