// Who infected whom: generations from left to right, a click opens the case.
import cytoscape from "cytoscape";

interface Graph {
  nodes: { id: string; label: string; href: string; generation: number; kind: string }[];
  edges: { source: string; target: string; setting: string; certain: boolean }[];
}

const WIDTH = 150;
const HEIGHT = 26;
const FEW = 12; // above this many arrows from one case their words would lie on one another

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Children stay beside their source: each generation is ordered by the row of its first source. */
function positions(graph: Graph, width: number): Record<string, { x: number; y: number }> {
  const children = new Map<string, string[]>();
  const hasSource = new Set<string>();
  for (const edge of graph.edges) {
    if (hasSource.has(edge.target)) continue;
    hasSource.add(edge.target);
    children.set(edge.source, [...(children.get(edge.source) ?? []), edge.target]);
  }
  const generation = new Map(graph.nodes.map((node) => [node.id, node.generation]));
  const placed: Record<string, { x: number; y: number }> = {};
  let row = 0;
  const place = (id: string): number => {
    if (placed[id]) return placed[id].y;
    placed[id] = { x: (generation.get(id) ?? 0) * width, y: 0 };
    const rows = (children.get(id) ?? []).map(place);
    placed[id].y = rows.length ? (rows[0] + rows[rows.length - 1]) / 2 : row++ * HEIGHT;
    return placed[id].y;
  };
  for (const node of graph.nodes) if (!hasSource.has(node.id)) place(node.id);
  for (const node of graph.nodes) place(node.id);
  return placed;
}

function draw(host: HTMLElement): void {
  const graph: Graph = JSON.parse(document.getElementById(host.dataset.graph ?? "")?.textContent ?? "{}");
  if (!graph.nodes?.length) return;
  const tall = "tall" in host.dataset;
  const spot = positions(graph, tall ? 2 * WIDTH : WIDTH);
  const arrows = new Map<string, number>();
  for (const edge of graph.edges) arrows.set(edge.source, (arrows.get(edge.source) ?? 0) + 1);
  const lowest = Math.max(...Object.values(spot).map((at) => at.y));
  host.style.height = `${Math.max(160, Math.min(2600, lowest * 1.05 + 90))}px`;
  const view = cytoscape({
    container: host,
    elements: [
      ...graph.nodes.map((node) => ({ data: { ...node }, position: spot[node.id], classes: node.kind })),
      ...graph.edges.map((edge, n) => ({ data: { id: `e${n}`, ...edge, setting: (arrows.get(edge.source) ?? 0) > FEW ? "" : edge.setting }, classes: edge.certain ? "" : "unsure" })),
    ],
    layout: { name: "preset" },
    minZoom: 0.2,
    maxZoom: 2,
    autoungrabify: true,
    style: [
      { selector: "node", style: {
        label: "data(label)", shape: "round-rectangle", width: (node: cytoscape.NodeSingular) => 14 + 11 * [...node.data("label")].length * 0.72, height: 16, padding: "3px",
        "font-size": 11, "text-valign": "center", color: colour("--lf-ink"),
        "background-color": colour("--lf-panel"), "border-width": 1, "border-color": colour("--lf-strong-line"),
      } },
      { selector: "node.this", style: { "border-width": 2.5, "border-color": colour("--lf-accent"), "font-weight": "bold" } },
      { selector: "node.contact", style: { shape: "ellipse", "border-style": "dashed" } },
      { selector: "edge", style: {
        width: 1.2, "line-color": colour("--lf-strong-line"), "target-arrow-color": colour("--lf-strong-line"),
        "target-arrow-shape": "triangle", "arrow-scale": 0.7, "curve-style": "bezier", "source-endpoint": "90deg", "target-endpoint": "270deg",
        "target-label": "data(setting)", "target-text-offset": 30, "font-size": 9, color: colour("--lf-quiet-ink"),
        "text-background-color": colour("--lf-panel"), "text-background-opacity": 0.85, "text-background-padding": "1px",
      } },
      { selector: "edge.unsure", style: { "line-style": "dashed" } },
    ],
  });
  view.on("tap", "node", (event) => {
    const href = event.target.data("href");
    if (href) location.href = href;
  });
  view.fit(undefined, 16);
  if (view.zoom() > 1.2) view.zoom({ level: 1.2, renderedPosition: { x: host.clientWidth / 2, y: host.clientHeight / 2 } });
}

// Cytoscape writes its own style element unless it finds one by this name; our policy allows none, app.css has its rule.
document.body.append(Object.assign(document.createElement("template"), { id: "__________cytoscape_stylesheet" }));
for (const host of document.querySelectorAll<HTMLElement>("[data-graph]")) draw(host);
