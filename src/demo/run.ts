export type {
  DemoMemory,
  DemoOptions,
  DemoResult,
  DemoTable,
  DemoTone,
  DemoUi,
  VerifySummary,
} from './run/options.ts'
