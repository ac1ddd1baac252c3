export { decisionLetter, type LetterOf, reasonSentence } from './letter.ts'
export { accessSentence, type MacroFacts, macroFaults, macroText } from './render.ts'
export { SUBJECT_CODES, subjectSentence } from './subjects.ts'
