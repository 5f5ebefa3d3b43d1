// The map of areas: polygons coloured by one measure. SVG, so that it prints, takes the keyboard and reads aloud.
import { geoMercator, geoPath } from "d3-geo";

interface Place {
  type: "Feature";
  properties: { code: string; name: string; short: string; href: string; value: number; level: number; schematic: boolean };
  geometry: GeoJSON.Geometry;
}

const SVG = "http://www.w3.org/2000/svg";

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function shape(place: Place, d: string, measure: string): SVGElement {
  const address = `${place.properties.href}?by=${measure}`;
  const link = element("a", { href: address, "aria-label": `${place.properties.name} ${place.properties.value}` });
  const path = element("path", { d, class: `area l${place.properties.level}${place.properties.schematic ? " schematic" : ""}` });
  const title = element("title", {});
  title.textContent = `${place.properties.name} · ${place.properties.value}`;
  path.append(title);
  link.append(path);
  return link;
}

interface Box { left: number; right: number; top: number; bottom: number }

function widthOf(text: string): number {
  return [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 0x2e7f ? 11.5 : 6.2), 0);
}

/** The name, and under it the figure, over no other label: above, below or beside the centre where that is taken. */
function labels(place: Place, [x, y]: [number, number], taken: Box[], right: number): SVGElement[] {
  if (Number.isNaN(x)) return [];
  const { short, value } = place.properties;
  const half = widthOf(short) / 2;
  const height = value ? 29 : 14;
  for (const [aside, down] of [[0, 0], [0, 14], [0, -14], [half + 8, 4], [-half - 8, 4]]) {
    const [at, line] = [x + aside, y + down];
    const box = { left: at - half, right: at + half, top: line - 10, bottom: line - 10 + height };
    const free = taken.every((o) => box.left > o.right || box.right < o.left || box.top > o.bottom || box.bottom < o.top);
    if (!free || box.left < 0 || box.right > right) continue;
    taken.push(box);
    return [text(short, at, line, "name"), ...(value ? [text(String(value), at, line + 13, "figure")] : [])];
  }
  return [];
}

function text(words: string, x: number, y: number, name: string): SVGElement {
  const made = element("text", { x: `${x}`, y: `${y}`, class: name });
  made.textContent = words;
  return made;
}

function draw(host: HTMLElement, places: Place[]): void {
  const width = host.clientWidth || 600;
  const height = Math.max(300, Math.min(width * 0.86, 620));
  const all = { type: "FeatureCollection" as const, features: places };
  const projection = geoMercator().fitExtent([[8, 8], [width - 8, height - 8]], all);
  const path = geoPath(projection);
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": host.dataset.label ?? "" });
  const names = element("g", { class: "names", "aria-hidden": "true" });
  for (const place of places) svg.append(shape(place, path(place) ?? "", host.dataset.measure ?? ""));
  const taken: Box[] = [];
  // Where there is no room for all: the highest figures are named, then what is drawn by guess, then the larger ones.
  const guessed = (place: Place) => Number(place.properties.schematic);
  const first = [...places].sort(
    (a, b) => b.properties.value - a.properties.value || guessed(b) - guessed(a) || path.area(b) - path.area(a),
  );
  for (const place of first) names.append(...labels(place, path.centroid(place), taken, width));
  svg.append(names);
  host.replaceChildren(svg);
}

/** The figures come with the page and with its news; the shapes only once. */
function coloured(places: Place[], host: HTMLElement): string {
  const said = document.getElementById("map-values")?.dataset.values ?? "{}";
  const values: Record<string, [number, number]> = JSON.parse(said);
  for (const place of places) [place.properties.value, place.properties.level] = values[place.properties.code] ?? [0, 0];
  const highest = host.parentElement?.querySelector("[data-highest]");
  if (highest) highest.textContent = `${Math.max(0, ...places.map((place) => place.properties.value))}`;
  return said;
}

async function load(host: HTMLElement): Promise<void> {
  const answer = await fetch(host.dataset.map ?? "", { headers: { Accept: "application/geo+json" } });
  if (!answer.ok) return;
  const places: Place[] = (await answer.json()).features;
  let shown = coloured(places, host);
  draw(host, places);
  let width = host.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(host.clientWidth - width) < 8) return;
    width = host.clientWidth;
    draw(host, places);
  }).observe(host);
  document.addEventListener("htmx:afterSettle", () => {
    const now = coloured(places, host);
    if (now === shown || host.contains(document.activeElement)) return;
    shown = now;
    draw(host, places);
  });
}

for (const host of document.querySelectorAll<HTMLElement>("[data-map]")) void load(host);
