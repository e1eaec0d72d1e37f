// Answers what is typed into the search box. Material's worker reads the documents and marks what was found in them;
// which words are the same, and which page comes first, is said beside this file. Nothing is fetched before a reader
// turns to search. theme/main.html gives Material this worker for its own, whose name stands behind the question mark.

const [SETUP, READY, QUERY, RESULT] = [0, 1, 2, 3];  // Material's messages
const ANY = "q";  // what Material is asked for instead of the query, and is told that each result has
const send = self.postMessage.bind(self);
let setup, search, newest = 0;

addEventListener("message", async ({data: {type, data}}) => {
  if (type === SETUP) {
    setup = data;
    send({type: READY});
  }
  if (type !== QUERY || !(data || search)) return;  // as soon as it is ready, Material asks for nothing
  const own = newest += 1;
  search ??= load();
  try {
    const answer = await search;
    if (own === newest) send({type: RESULT, data: await answer(data)});
  } catch (error) {  // the box goes on saying that it initializes, and the next letter tries again
    search = undefined;
    console.warn(error);
  }
});

async function get(name) {
  const response = await fetch(new URL(`../../search/${name}`, location));
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return response.json();
}

async function load() {
  const [{docs}, same] = await Promise.all([setup.docs.length ? setup : get("documents.json"), get("words.json")]);
  let ask, said, ranking, units;
  self.addEventListener = (_, listener) => { ask = (type, data) => listener({data: {type, data}}); };
  self.postMessage = ({data}) => { said = data; };
  importScripts("search-words.js", "search-ranking.js");
  importScripts(new URL(`../javascripts/workers/${location.search.slice(1)}`, location));
  const words = new Words(docs, same, setup.config.separator);
  // Of lunr's steps this is the one that documents go through, and queries do not.
  lunr.trimmer = (token, n, tokens) =>
    words.index(tokens.slice(n, n + 6).map(String)).map((term) => token.clone(() => term));
  lunr.Pipeline.registerFunction(lunr.trimmer, "words");
  lunr.Builder.prototype.build = function () {  // without lunr's ranking, which takes a second
    ranking = new Ranking(this.invertedIndex, docs, words);
    const search = () => ranking.rank(units).map(
      ({places, ...found}) => ({...found, matchData: {metadata: {[ANY]: places}}}));
    return {fields: FIELDS, search, query: () => []};  // Material would query for what it suggests
  };
  const fields = Object.fromEntries(FIELDS.map((field) => [field, {}]));
  const config = {...setup.config, pipeline: ["trimmer"], fields};
  await ask(SETUP, {...setup, docs, config});
  return async (text) => {
    units = words.query(text, ranking);
    if (!units.length) return {items: [], suggest: []};
    await ask(QUERY, ANY);
    for (const item of said.items.flat()) item.terms = ranking.describe(item, units);
    return {...said, suggest: words.suggest(text)};
  };
}
