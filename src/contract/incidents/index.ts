export { type ReportFacts, reportMarkdown } from './report.ts'
