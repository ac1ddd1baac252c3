/**
 * What an event's data is worth before it is parsed: the bytes of text that it delivers, `SKIP` when it
 * tells nothing, `READ` when it has to be parsed. Data is text read as Latin-1: a character is a byte.
 */
export type DeltaScan = (data: string) => number
export const READ = -1
export const SKIP = -2
