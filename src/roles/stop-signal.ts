/** Aborted by the first SIGINT or SIGTERM; the second one of a kind ends the process as ever. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  return stop.signal
}
