/** The result `otherwise` for a file that does not exist. @throws any other error again */
export function ifMissing<Result>(otherwise: Result): (error: unknown) => Result {
  return ifCode('ENOENT', otherwise)
}

/** The result `otherwise` for an error with this code of Node's (errno(3)). @throws any other error again */
export function ifCode<Result>(code: string, otherwise: Result): (error: unknown) => Result {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === code) return otherwise
    throw error
  }
}
