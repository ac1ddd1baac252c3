/** Why a body cannot be read from the archive. */
export type ArchiveFault =
  | 'no_directory'
  | 'file_missing'
  | 'file_damaged'
  | 'wrong_file'
  | 'no_segment'

const NEXT: Readonly<Record<ArchiveFault, string>> = {
  no_directory: 'Set archive.directory to the directory that has the files.',
  file_missing: 'Mount the archive again, or bring the file back from your backup.',
  file_damaged: 'Bring the file back from your backup: its sha256 tells the right one.',
  wrong_file: 'Put the right file there: its sha256 is in "everycent archive list".',
  no_segment: 'Keep the database as it is, and run "everycent verify".',
}

/** A body is in the archive and cannot be had. Nothing was decided, charged or lost. */
export class ArchiveProblem extends Error {
  readonly fault: ArchiveFault
  /** Below the archive's directory; '': none is known. */
  readonly file: string
  readonly next: string

  constructor(fault: ArchiveFault, file: string, why: string) {
    super(file === '' ? why : `archive file ${file}: ${why}`)
    this.name = 'ArchiveProblem'
    this.fault = fault
    this.file = file
    this.next = NEXT[fault]
  }
}
