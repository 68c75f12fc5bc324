/**
 * Makes what browsers get of our modules and style sheets: a few small files in place of many, under built/.
 * docs/decisions/005-bundles.md says why. `make frontend` calls it.
 *
 * Standard input: `{"files": {static path: file}, "kinds": [{"modules": [...], "styles": [...]}]}`, as `manage.py bundles`
 * tells. A built file has the address of the source that it stands for, so that the core is one instance on every page,
 * also for modules that are no part of a bundle. The two bundles of the kinds are listed in bundles.json.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { posix as path } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const CORE = "live/js/core.js";
const ENTRIES = ["live/js/learner.js", "live/js/screen.js", "live/panel/panel.js", "live/css/plenary.css", "live/panel/panel.css"];
const KINDS = { modules: "live/js/kinds.js", styles: "live/css/kinds.css" };
/**
 * What one kind alone uses is in the bundle up to so many bytes; heavier files, and those that ask for others, come when
 * a plan uses them.
 */
const LIGHT = 3_000;
const HERE = fileURLToPath(new URL(".", import.meta.url));
const NOTE = "/* Made by `make frontend` from files that stand in the repository. */\n";

const { files, kinds } = JSON.parse(await text(process.stdin));
/** Static path of a module → the built file that holds it and that others import it from. */
const homes = new Map();
/** Static path of a built file → what it is made of. */
const made = new Map();
const sources = new Set();
const later = new Set();

const absolute = (importer, address) => (address.startsWith("/") ? address.slice(1) : path.join(path.dirname(importer), address));

function relative(from, to) {
  const way = path.relative(path.dirname(from), to);
  return way.startsWith(".") ? way : `./${way}`;
}

/** Modules import each other by their addresses, which are static paths and not places of files. */
const addresses = (out) => ({
  name: "addresses",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ kind, path: address, importer }) => {
      if (kind === "entry-point") return { path: address, namespace: "bundle" };
      const wanted = absolute(importer, address);
      if (kind === "dynamic-import") later.add(wanted);
      const home = kind === "dynamic-import" ? wanted : homes.get(wanted);
      if (home && home !== out) return { path: relative(out, home), external: true };
      if (!files[wanted]) throw new Error(`${importer} imports ${wanted}, which is no static file`);
      sources.add(wanted);
      return { path: wanted, namespace: "static" };
    });
    onLoad({ filter: /./, namespace: "bundle" }, ({ path: bundle }) => ({
      contents: made.get(bundle).map((part) => (bundle.endsWith(".css") ? `@import "/${part}";` : `export * from "/${part}";`)).join("\n"),
      loader: path.extname(bundle).slice(1),
    }));
    onLoad({ filter: /./, namespace: "static" }, async ({ path: wanted }) => ({
      contents: await readFile(files[wanted], "utf8"),
      loader: path.extname(wanted).slice(1),
    }));
  },
});

/** Minified text of a built file, and what is in it. */
async function bundled(out, parts) {
  made.set(out, parts);
  const { outputFiles, metafile } = await build({
    entryPoints: [out],
    outdir: "/",
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    minify: true,
    target: "esnext",
    charset: "utf8",
    legalComments: "none",
    banner: { js: NOTE, css: NOTE },
    logLevel: "warning",
    plugins: [addresses(out)],
  });
  const inputs = Object.keys(metafile.inputs).filter((name) => name.startsWith("static:")).map((name) => name.slice(7));
  const asks = Object.values(metafile.inputs).some(({ imports }) => imports.some(({ kind }) => kind === "dynamic-import"));
  return { text: outputFiles[0].text, inputs, asks };
}

/** Of all kinds' files of a sort, in the order of the pages: what is in the bundle, and what is too heavy for it. */
async function sorted(sort) {
  const all = kinds.flatMap((kind) => kind[sort]);
  const each = [...new Set(all)];
  const alone = await Promise.all(each.map((part) => bundled(part, [part])));
  const shared = (part) => all.filter((other) => other === part).length > 1;
  const light = each.filter((part, at) => shared(part) || (!alone[at].asks && alone[at].text.length <= LIGHT));
  return { light, heavy: each.filter((part) => !light.includes(part)) };
}

const hash = (content) => createHash("sha256").update(content).digest("hex");
/** By their places in the repository. */
const hashes = async (places) => {
  const pairs = places.map(async (place) => [path.relative(path.dirname(HERE.slice(0, -1)), place), hash(await readFile(place))]);
  return Object.fromEntries((await Promise.all(pairs)).sort());
};

const core = await bundled(CORE, [CORE]);
for (const part of core.inputs) homes.set(part, CORE);
const modules = await sorted("modules");
const styles = await sorted("styles");
made.clear();
for (const part of modules.light) homes.set(part, KINDS.modules);
for (const part of modules.heavy) homes.set(part, part);

const wanted = new Map([[CORE, core.inputs], [KINDS.modules, modules.light], [KINDS.styles, styles.light]]);
for (const part of [...ENTRIES, ...modules.heavy, ...styles.heavy]) wanted.set(part, [part]);
const built = new Map();
for (const [out, parts] of wanted) {
  built.set(out, (await bundled(out, parts)).text);
  // What is imported when it is needed is a file of its own.
  for (const part of later) if (!wanted.has(part)) wanted.set(part, [part]);
}

await rm(`${HERE}built`, { recursive: true, force: true });
for (const [out, content] of built) {
  await mkdir(path.dirname(`${HERE}built/${out}`), { recursive: true });
  await writeFile(`${HERE}built/${out}`, content);
}
const own = ["build.mjs", "package.json", "package-lock.json"].map((name) => HERE + name);
const manifest = {
  bundles: { [KINDS.modules]: modules.light, [KINDS.styles]: styles.light },
  kinds,
  sources: await hashes([...own, ...[...sources].map((name) => files[name])]),
  built: await hashes([...built.keys()].map((name) => `${HERE}built/${name}`)),
};
await writeFile(`${HERE}bundles.json`, `${JSON.stringify(manifest, null, 1)}\n`);
