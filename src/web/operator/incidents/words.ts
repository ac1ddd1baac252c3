import { wordsOf } from '../../app/words.ts'
import { wordsEn } from './words-en.ts'
import { wordsJa } from './words-ja.ts'

export const incidentWords = wordsOf(wordsEn, wordsJa)
