export { BurnLine, type BurnProps } from './burn-line.tsx'
export { ChartPanel } from './chart-panel.tsx'
export { Funnel, type FunnelProps, type FunnelStep } from './funnel.tsx'
export { Legend } from './legend.tsx'
export { type LineSeries, Lines, type LinesProps } from './lines.tsx'
export {
  type Bucket,
  type Point,
  pixelValue,
  type Series,
  type Tone,
  toneAt,
  type Unit,
} from './model.ts'
export { Sparkline } from './sparkline.tsx'
export { type BarsProps, StackedBars } from './stacked-bars.tsx'
export { BarsTable, BurnTable, FunnelTable, LinesTable } from './tables.tsx'
export { type BucketWidth, useCountUnit, useMoneyUnit } from './units.ts'
