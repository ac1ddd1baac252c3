export { decisionLetter, type LetterOf } from './letter.ts'
export { accessSentence, type MacroFacts, macroFaults, macroText } from './render.ts'
