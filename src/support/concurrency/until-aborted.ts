/** Waits for a promise until the signal aborts. Rejects with its reason; the promise itself goes on. */
export async function untilAborted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  waiting.catch(() => {}) // it may fail when no one waits any more
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([waiting, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
