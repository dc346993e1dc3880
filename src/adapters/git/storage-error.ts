const CODES: readonly string[] = [
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
]

/** Whether the disk or the system fails: a fresh clone would not help. */
export function isStorageError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '' } = error as NodeJS.ErrnoException
  return CODES.includes(code) || (error.cause !== undefined && isStorageError(error.cause))
}
