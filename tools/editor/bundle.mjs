// Bundles the editor: node bundle.mjs NODE_MODULES OUT. The same packages give the same bytes.
import {readFileSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {resolve} from "node:path";
import {fileURLToPath} from "node:url";

const [packages, out] = process.argv.slice(2).map((path) => resolve(path));
const {buildSync} = createRequire(`${packages}/`)("esbuild");
const root = fileURLToPath(new URL(".", import.meta.url));
const {metafile, outputFiles: [bundle]} = buildSync({
  entryPoints: [`${root}editor.js`], nodePaths: [packages], absWorkingDir: root,
  bundle: true, minify: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "none",
  metafile: true, write: false,
});

const inside = Object.keys(metafile.inputs).map((path) => path.split("node_modules/")[1]).filter(Boolean);
const names = [...new Set(inside.map((path) => path.match(/^(@[^/]+\/)?[^/]+/)[0]))].sort();
const versions = names.map((name) => `${name} ${JSON.parse(readFileSync(`${packages}/${name}/package.json`)).version}`);
const licences = names.map((name) => readFileSync(`${packages}/${name}/LICENSE`, "utf8").trim());
const COPYRIGHT = /^Copyright .*$/m;
const holders = new Set(licences.map((licence) => licence.match(COPYRIGHT)[0]));
const [licence, ...others] = new Set(licences.map((text) => text.replace(/^MIT License\s+/, "").replace(COPYRIGHT, "")));
if (others.length) throw new Error(`licences: expected one for all packages, got also ${others}`);

writeFileSync(out, `// MIT License: ${versions.join(", ")}; from tools/editor by \`make editor\`
/*
${[...holders].join("\n")}${licence}
*/
${bundle.text}`);
