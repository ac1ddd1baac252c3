export * from './duration.ts'
export * from './instant.ts'
export * from './versions.ts'
