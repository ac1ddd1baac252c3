/** A problem in a language: the title, and what it means with what to do now. */
export type Words = readonly [title: string, detail: string]
