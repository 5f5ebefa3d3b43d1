// The epidemic curve: new cases by day as bars, from the JSON beside it.
import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

interface Curve {
  days: string[];
  series: { name: string; values: number[] }[];
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(host: HTMLElement): void {
  const data: Curve = JSON.parse(document.getElementById(host.dataset.curve ?? "")?.textContent ?? "{}");
  if (!data.days?.length) return;
  const chart = echarts.init(host, undefined, { renderer: "svg" });
  const quiet = colour("--lf-quiet-ink");
  chart.setOption({
    animation: false,
    color: [colour("--lf-series-1"), colour("--lf-series-2")],
    textStyle: { color: quiet, fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 34, right: 8, top: data.series.length > 1 ? 28 : 10, bottom: 22 },
    legend: data.series.length > 1 ? { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: quiet } } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: data.days, axisTick: { show: false }, axisLine: { lineStyle: { color: quiet } } },
    yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: colour("--lf-line") } } },
    series: data.series.map((row) => ({ type: "bar", stack: "n", name: row.name, data: row.values, barMaxWidth: 22 })),
  });
  new ResizeObserver(() => chart.resize()).observe(host);
}

function start(): void {
  for (const host of document.querySelectorAll<HTMLElement>("[data-curve]:not([data-drawn])")) {
    host.dataset.drawn = "1";
    draw(host);
  }
}
start();
document.addEventListener("htmx:afterSettle", start);
