export { BOOK_FAULTS, type BookFaultCode } from './book-faults.ts'
export { DOCUMENT_FAULTS, type DocumentFaultCode } from './document-faults.ts'
export {
  type FaultValues,
  type FaultWords,
  fillWords,
  type NamesIn,
  type Told,
  type ValuesFor,
} from './told.ts'
