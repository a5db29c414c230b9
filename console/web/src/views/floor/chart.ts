/** The parts of ECharts that the day's curve is drawn with; loaded when it is first shown. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import type { Quarter } from "./counts";
import type { Palette } from "@/theme/tokens";
import { measures } from "@/theme/tokens";

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

export interface Words {
  offered: string;
  answered: string;
  abandoned: string;
}

export interface Chart {
  draw(day: readonly Quarter[], labels: readonly string[], words: Words, palette: Palette): void;
  resize(): void;
  dispose(): void;
}

export function chartIn(element: HTMLElement): Chart {
  const chart = init(element, null, { renderer: "canvas" });
  return {
    draw: (day, labels, words, palette) => chart.setOption(options(day, labels, words, palette), { notMerge: true }),
    resize: () => chart.resize(),
    dispose: () => chart.dispose(),
  };
}

function options(day: readonly Quarter[], labels: readonly string[], words: Words, p: Palette): EChartsCoreOption {
  const text = { color: p.muted, fontFamily: measures.font, fontSize: 12 };
  const bars = { type: "bar", stack: "became", barCategoryGap: "20%" };
  return {
    animation: false,
    grid: { left: 32, right: 8, top: 12, bottom: 24 },
    // Drawn, not made of markup: our policy lets no style in.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: p.raised, borderColor: p.border, textStyle: { ...text, color: p.text } },
    xAxis: { type: "category", data: labels, axisLabel: { ...text, hideOverlap: true }, axisLine: { lineStyle: { color: p.control } }, axisTick: { show: false } },
    yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: p.border } } },
    series: [
      { ...bars, name: words.answered, data: day.map((q) => q.answered), itemStyle: { color: p.available } },
      { ...bars, name: words.abandoned, data: day.map((q) => q.abandoned), itemStyle: { color: p.gone } },
      { type: "line", step: "middle", name: words.offered, data: day.map((q) => q.offered), symbol: "none", lineStyle: { color: p.accent, width: 2 }, itemStyle: { color: p.accent } },
    ],
  };
}
