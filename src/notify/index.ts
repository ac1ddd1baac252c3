export { type Attempted, Notifier, type NotifierOptions } from './notifier.ts'
