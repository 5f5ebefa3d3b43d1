// The workbench: how long the list may be, seen with what it costs; and where and when one candidate met whom.
import { geoMercator, geoPath } from "d3-geo";

interface Point { id: number; open: boolean; right: number; wrong: number; cost: number | null }
interface Curve { rows: Point[]; words: Record<string, string> }
interface Met {
  kind: string; word: string; place: string; when: string; from: number; to: number;
  lon: number | null; lat: number | null; distance_m: number | null; probability: number | null;
}
interface Answer { meetings: Met[]; from: number; to: number; zone: string }

const SVG = "http://www.w3.org/2000/svg";
const data: Curve = JSON.parse(document.getElementById("curve-data")?.textContent ?? '{"rows":[],"words":{}}');
const { rows, words } = data;

function element(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, `${value}`);
  if (text) made.textContent = text;
  return made;
}

function find<T extends Element>(selector: string): T | null {
  return document.querySelector<T>(selector);
}

// The cut ---------------------------------------------------------------------------------------------------------

function says(length: number): string {
  const at = rows[length - 1];
  if (!at) return `${words.listed} 0`;
  const cost = at.cost === null ? "–" : at.cost.toFixed(2);
  return `${words.listed} ${length} · ${words.right} ${at.right.toFixed(1)} · ${words.wrong} ${at.wrong.toFixed(1)} · ${words.cost} ${cost}`;
}

function choose(length: number): void {
  rows.forEach((row, n) => {
    const line = find<HTMLElement>(`[data-candidate="${row.id}"]`);
    line?.classList.toggle("below", n >= length);
    const box = line?.querySelector<HTMLInputElement>("input[name=candidate]");
    if (box) box.checked = n < length;
  });
}

function drawCut(host: HTMLElement): void {
  const [width, height, left, right, top, bottom] = [Math.max(host.clientWidth, 240), 150, 30, 12, 8, 22];
  const most = Math.max(...rows.map((row) => Math.max(row.right, row.wrong)), 1);
  const x = (n: number) => left + ((width - left - right) * n) / rows.length;
  const y = (value: number) => height - bottom - ((height - top - bottom) * value) / most;
  const line = (value: (row: Point) => number) =>
    `M${x(0)},${y(0)}` + rows.map((row, n) => `L${x(n + 1).toFixed(1)},${y(value(row)).toFixed(1)}`).join("");
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
  for (const value of [0, most / 2, most]) {
    svg.append(element("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: "grid" }));
    svg.append(element("text", { x: left - 4, y: y(value) + 4, class: "end" }, value && value < 10 ? value.toFixed(1) : `${Math.round(value)}`));
  }
  svg.append(element("path", { d: line((row) => row.right), class: "right" }), element("path", { d: line((row) => row.wrong), class: "wrong" }));
  const last = rows[rows.length - 1];
  svg.append(element("text", { x: width - right, y: Math.max(y(last.right) - 5, 10), class: "end strong" }, words.right));
  svg.append(element("text", { x: width - right, y: Math.min(y(last.wrong) - 5, height - bottom - 4), class: "end" }, words.wrong));
  svg.append(element("text", { x: left, y: height - 6 }, "0"), element("text", { x: width - right, y: height - 6, class: "end" }, `${rows.length}`));
  const kept = element("rect", { x: left, y: top, height: height - top - bottom, class: "kept" });
  const handle = element("g", {
    class: "handle", tabindex: 0, role: "slider", "aria-label": host.dataset.label ?? "", "aria-valuemin": 0, "aria-valuemax": rows.length,
  });
  handle.append(element("line", { y1: top, y2: height - bottom }), element("rect", { x: -7, y: height - bottom - 9, width: 14, height: 18, rx: 4 }));
  svg.append(kept, handle);
  host.replaceChildren(svg);

  let length = Number(host.dataset.length ?? -1);
  const set = (wanted: number, pick: boolean) => {
    length = Math.max(0, Math.min(rows.length, Math.round(wanted)));
    host.dataset.length = `${length}`;
    handle.setAttribute("transform", `translate(${x(length)},0)`);
    handle.setAttribute("aria-valuenow", `${length}`);
    handle.setAttribute("aria-valuetext", says(length));
    kept.setAttribute("width", `${x(length) - left}`);
    const told = find("[data-cut-says]");
    if (told) told.textContent = says(length);
    if (pick) choose(length);
  };
  const at = (event: PointerEvent) => {
    const box = svg.getBoundingClientRect();
    return ((((event.clientX - box.left) / box.width) * width - left) / (width - left - right)) * rows.length;
  };
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture((event as PointerEvent).pointerId);
    (handle as unknown as HTMLElement).focus();
    set(at(event as PointerEvent), true);
  });
  svg.addEventListener("pointermove", (event) => {
    if ((event as PointerEvent).buttons) set(at(event as PointerEvent), true);
  });
  const steps: Record<string, () => number> = {
    ArrowLeft: () => length - 1, ArrowDown: () => length - 1, ArrowRight: () => length + 1, ArrowUp: () => length + 1,
    PageDown: () => length - 10, PageUp: () => length + 10, Home: () => 0, End: () => rows.length,
  };
  handle.addEventListener("keydown", (event) => {
    const step = steps[(event as KeyboardEvent).key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    set(step(), true);
  });
  set(length < 0 ? cheapest() : length, false);
}

/** Where the cut stands at first: the longest list with fewer than one wrong name for two right ones. Chooses nobody. */
function cheapest(): number {
  let best = 0;
  rows.forEach((row, n) => { if (row.cost === null ? row.right === 0 && row.wrong === 0 : row.cost <= 0.5) best = n + 1; });
  return best;
}

// The meetings ----------------------------------------------------------------------------------------------------

let around: Promise<GeoJSON.FeatureCollection> | null = null;

function areas(host: HTMLElement): Promise<GeoJSON.FeatureCollection> {
  around ??= fetch(host.dataset.mapOf ?? "").then((answer) => answer.json());
  return around;
}

async function drawMap(host: HTMLElement, met: Met[]): Promise<void> {
  const points = met.filter((one) => one.lon !== null && one.lat !== null);
  const base = await areas(host);
  const [width, height] = [Math.max(host.clientWidth, 240), 260];
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
  const projection = geoMercator();
  const pad = 0.008; // degrees, about 800 m: a single point needs surroundings
  const corners = points.flatMap((one) => [[one.lon! - pad, one.lat! - pad], [one.lon! + pad, one.lat! + pad]]);
  if (points.length) projection.fitExtent([[8, 8], [width - 8, height - 8]], { type: "MultiPoint", coordinates: corners });
  else projection.fitExtent([[8, 8], [width - 8, height - 8]], base);
  const path = geoPath(projection);
  const lines = element("g", { class: "around" });
  const names = element("g", { class: "names" });
  for (const area of base.features) {
    const d = path(area) ?? "";
    const [[x0, y0], [x1, y1]] = path.bounds(area);
    if (!d || x1 < 0 || y1 < 0 || x0 > width || y0 > height) continue;
    lines.append(element("path", { d, class: `area l0${area.properties?.schematic ? " schematic" : ""}` }));
    const [x, y] = path.centroid(area);
    if (x > 20 && x < width - 20 && y > 12 && y < height - 6) names.append(element("text", { x, y }, area.properties?.short ?? ""));
  }
  const marks = element("g", { class: "marks" });
  for (const one of points) {
    const [x, y] = projection([one.lon!, one.lat!]) ?? [0, 0];
    const mark = element("circle", { cx: x, cy: y, r: 6, class: one.kind, "fill-opacity": 0.25 + 0.6 * (one.probability ?? 0.5) });
    mark.append(element("title", {}, `${one.when} · ${detail(one)}`));
    marks.append(mark);
  }
  svg.append(lines, names, marks);
  if (!points.length) svg.append(element("text", { x: width / 2, y: height - 10, class: "note" }, words.none));
  host.replaceChildren(svg);
}

function detail(one: Met): string {
  const parts = [one.word, one.place];
  if (one.distance_m !== null) parts.push(words.metres.replace("%(n)s", `${Math.round(one.distance_m)}`));
  if (one.probability !== null) parts.push(words.sure.replace("%(n)s", one.probability.toFixed(2)));
  return parts.filter(Boolean).join(" · ");
}

function drawBar(host: HTMLElement, answer: Answer): void {
  const [width, height] = [Math.max(host.clientWidth, 240), 44];
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "met-bar" });
  const x = (t: number) => 4 + ((width - 8) * (t - answer.from)) / Math.max(1, answer.to - answer.from);
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: answer.zone, month: "2-digit", day: "2-digit" });
  const hour = 3600;
  svg.append(element("rect", { x: 4, y: 6, width: width - 8, height: 16, class: "window" }));
  let before = "";
  let shownAt = -100;
  for (let t = answer.from; t <= answer.to; t += hour) {
    const name = day.format(new Date(t * 1000));
    if (name !== before && before && x(t) - shownAt > 44) {
      svg.append(element("line", { x1: x(t), x2: x(t), y1: 6, y2: 26, class: "tick" }), element("text", { x: Math.max(x(t), 18), y: 38 }, name));
      shownAt = x(t);
    }
    before = name;
  }
  for (const one of answer.meetings) {
    const mark = element("rect", { x: x(one.from), y: 6, width: Math.max(2.5, x(one.to) - x(one.from)), height: 16, class: `when ${one.kind}` });
    mark.append(element("title", {}, `${one.when} · ${detail(one)}`));
    svg.append(mark);
  }
  host.replaceChildren(svg);
}

let shown: Answer | null = null;

function draw(): void {
  const [map, bar] = [find<HTMLElement>("[data-met]"), find<HTMLElement>("[data-bar]")];
  if (!shown || !map || !bar) return;
  void drawMap(map, shown.meetings);
  drawBar(bar, shown);
}

async function show(button: HTMLElement): Promise<void> {
  const answer = await fetch(button.dataset.meet ?? "");
  if (!answer.ok) return location.reload(); // the warrant has ended meanwhile: the page says so
  shown = await answer.json();
  for (const other of document.querySelectorAll("[data-candidate].chosen")) other.classList.remove("chosen");
  button.closest("[data-candidate]")?.classList.add("chosen");
  const whom = find("[data-met-whom]");
  if (whom) whom.textContent = button.dataset.whom ?? "";
  find("[data-met-list]")?.replaceChildren(...shown!.meetings.map((one) => {
    const line = document.createElement("li");
    line.textContent = `${one.when} · ${detail(one)}`;
    return line;
  }));
  draw();
}

document.addEventListener("click", (event) => {
  const button = (event.target as HTMLElement).closest<HTMLElement>("[data-meet]");
  if (!button) return;
  void show(button);
  if (matchMedia("(max-width: 760px)").matches) find("[data-met]")?.scrollIntoView({ block: "center" });
});

const host = find<HTMLElement>("[data-cut]");
if (host && rows.length) {
  drawCut(host);
  const first = find<HTMLElement>("[data-meet]");
  if (first) void show(first);
  let width = host.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(host.clientWidth - width) < 8) return;
    width = host.clientWidth;
    drawCut(host);
    draw();
  }).observe(host);
}
