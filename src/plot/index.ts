/** Figures as plain Plotly objects, pictures of them, tables, token views. */

export { type BarPlot, barPlot } from './barPlot.js';
export { type FigureBundle, figureBundle } from './bundle.js';
export { type Figure, figureText, isFigure, type Layout, type Trace } from './figure.js';
export { type FunnelPlotOptions, type FunnelStage, funnelPlot } from './funnelPlot.js';
export { type GraphNode, type GraphPlot, graphPlot } from './graphPlot.js';
export { type HeatmapPlot, type HeatmapSide, heatmapPlot } from './heatmapPlot.js';
export { binCounts, type HistogramPlot, histogramPlot } from './histogramPlot.js';
export { type Estimate, type IntervalPlot, intervalPlot } from './intervalPlot.js';
export { type LinePlot, type LineSeries, linePlot } from './linePlot.js';
export { type LossPlotOptions, type LossReport, lossPlot } from './lossPlot.js';
export { type AttentionPlot, attentionPlot } from './models/attentionPlot.js';
export { type DrawnBranch, type DrawnMatrix, type ModelPlot, modelPlot } from './models/modelPlot.js';
export { type ProgressBar, progressBar } from './progressBar.js';
export { type PictureOptions, renderPng, renderSvg } from './render.js';
export { clearOutput, type LiveFigure, liveFigure, show } from './show.js';
export { type SpreadPlot, spreadPlot } from './spreadPlot.js';
export type { Axis } from './style.js';
export { groupRows, sortRows, type TableCell, type TableRow } from './tables/rows.js';
export { type Table, table } from './tables/table.js';
export { type ShownToken, type TokenView, type TokenViewOptions, tokenView } from './tokens.js';
