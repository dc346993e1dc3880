import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Polls `look` until it gives something other than false or undefined; throws after `within` ms. In between it
 * pauses for `every` ms.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  within = 90_000,
  every = 50,
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + within // no jump of the clock ends it
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen as Exclude<T, false | undefined>
    if (performance.now() > deadline) throw new Error(`not within ${within} ms: ${what}`)
    await sleep(every)
  }
}
