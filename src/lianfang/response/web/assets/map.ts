// The map of areas: polygons coloured by one measure. SVG, so that it prints, takes the keyboard and reads aloud.
import { geoMercator, geoPath } from "d3-geo";

interface Place {
  type: "Feature";
  properties: { name: string; href: string; value: number; text: string; level: number; schematic: boolean };
  geometry: GeoJSON.Geometry;
}

const SVG = "http://www.w3.org/2000/svg";

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function shape(place: Place, d: string): SVGElement {
  const link = element("a", { href: place.properties.href, "aria-label": `${place.properties.name} ${place.properties.text}` });
  const path = element("path", { d, class: `area l${place.properties.level}${place.properties.schematic ? " schematic" : ""}` });
  const title = element("title", {});
  title.textContent = `${place.properties.name} · ${place.properties.text}`;
  path.append(title);
  link.append(path);
  return link;
}

function labels(place: Place, centre: [number, number], width: number, named: boolean): SVGElement[] {
  if (!named || Number.isNaN(centre[0])) return [];
  const name = element("text", { x: `${centre[0]}`, y: `${centre[1]}`, class: "name" });
  name.textContent = place.properties.name;
  if (name.textContent.length * 12 > width + 26) return [];
  const figure = element("text", { x: `${centre[0]}`, y: `${centre[1] + 13}`, class: "figure" });
  figure.textContent = place.properties.value ? String(place.properties.value) : "";
  return [name, figure];
}

function draw(host: HTMLElement, places: Place[]): void {
  const width = host.clientWidth || 600;
  const height = Math.max(300, Math.min(width * 0.86, 620));
  const all = { type: "FeatureCollection" as const, features: places };
  const projection = geoMercator().fitExtent([[8, 8], [width - 8, height - 8]], all);
  const path = geoPath(projection);
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": host.dataset.label ?? "" });
  const names = element("g", { class: "names", "aria-hidden": "true" });
  for (const place of places) {
    svg.append(shape(place, path(place) ?? ""));
    const [[left], [right]] = path.bounds(place);
    names.append(...labels(place, path.centroid(place), right - left, places.length <= 60));
  }
  svg.append(names);
  host.replaceChildren(svg);
}

async function load(host: HTMLElement): Promise<void> {
  const answer = await fetch(host.dataset.map ?? "", { headers: { Accept: "application/geo+json" } });
  if (!answer.ok) return;
  const places: Place[] = (await answer.json()).features;
  draw(host, places);
  let width = host.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(host.clientWidth - width) < 8) return;
    width = host.clientWidth;
    draw(host, places);
  }).observe(host);
}

function start(): void {
  for (const host of document.querySelectorAll<HTMLElement>("[data-map]:not([data-drawn])")) {
    host.dataset.drawn = "1";
    void load(host);
  }
}
start();
document.addEventListener("htmx:afterSettle", start);
