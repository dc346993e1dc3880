/** What a rejected access to a file means where there is none: `otherwise`. @throws any other error again */
export function ifMissing<Result>(otherwise: Result): (error: unknown) => Result {
  return ifCode('ENOENT', otherwise)
}

/** The same for another code of Node's (errno(3)). */
export function ifCode<Result>(code: string, otherwise: Result): (error: unknown) => Result {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === code) return otherwise
    throw error
  }
}
