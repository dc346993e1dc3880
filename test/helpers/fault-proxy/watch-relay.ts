import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { linesOf } from '../../../src/adapters/cluster/lines.ts'
import { EXPIRED, statusOf } from './answers.ts'
import { breakOff } from './break-off.ts'
import type { Drawn, Fault } from './faults.ts'

export interface Relay {
  /** The API server's answer to a watch. */
  readonly stream: AsyncIterable<Uint8Array>
  /** To the client; its head is sent already. */
  readonly response: ServerResponse
  readonly drawn: Drawn | undefined
  /** Ends the request to the API server. */
  readonly abort: () => void
  readonly onEvent: (line: string) => void
  /** The fault happened. */
  readonly onFault: (fault: Fault) => void
}

/** After so many events at most a watch meets its fault, or after so many milliseconds at most. */
const MOST_EVENTS = 6
const LONGEST_WAIT = 1_500
/** One that is to break in the middle of an event has to wait for one. */
const LONGEST_WAIT_FOR_EVENT = 10_000
const LONGEST_SILENCE = 1_000
const LONGEST_DELAY = 300

/** Hands the events of a watch on to the client, until its fault, if it is to have one, ends it. */
export async function relayWatch(relay: Relay): Promise<void> {
  const { drawn, response } = relay
  const strike = drawn && strikes[drawn.fault]
  if (drawn?.fault === 'watch-late') return delayed(relay, drawn)
  if (drawn === undefined || strike === undefined) {
    await hand(relay, () => false)
    return void response.end()
  }
  const needsEvent = drawn.fault === 'watch-cut'
  let left = drawn.random.between(0, needsEvent ? 1 : MOST_EVENTS)
  const longest = needsEvent ? LONGEST_WAIT_FOR_EVENT : LONGEST_WAIT
  const timer = setTimeout(relay.abort, drawn.random.between(50, longest))
  const next = await hand(relay, () => left-- === 0)
  clearTimeout(timer)
  await strike({ relay, drawn, next })
  relay.abort()
}

/** Hands events on until `isEnough`, or the end; gives the one that was not handed on. */
async function hand(relay: Relay, isEnough: () => boolean): Promise<string | undefined> {
  try {
    for await (const line of linesOf(relay.stream)) {
      relay.onEvent(line)
      if (isEnough()) return line
      relay.response.write(`${line}\n`)
    }
  } catch {
    // The client or the API server is gone, or it was aborted.
  }
  return undefined
}

async function delayed(relay: Relay, { fault, random }: Drawn): Promise<void> {
  try {
    for await (const line of linesOf(relay.stream)) {
      await sleep(random.between(0, LONGEST_DELAY))
      relay.onFault(fault)
      relay.onEvent(line)
      relay.response.write(`${line}\n`)
    }
  } catch {
    // As above.
  }
  relay.response.end()
}

interface Blow {
  readonly relay: Relay
  readonly drawn: Drawn
  /** The event that the client would get next, where there is one. */
  readonly next: string | undefined
}

const strikes: Partial<Record<Fault, (blow: Blow) => void | Promise<void>>> = {
  'watch-cut': cut,
  'watch-ended': ({ relay }) => {
    relay.onFault('watch-ended')
    relay.response.end()
  },
  'watch-expired': ({ relay }) => {
    relay.onFault('watch-expired')
    relay.response.end(`${JSON.stringify({ type: 'ERROR', object: statusOf(410, EXPIRED) })}\n`)
  },
  'watch-silent': async ({ relay, drawn }) => {
    relay.onFault('watch-silent')
    await sleep(drawn.random.between(100, LONGEST_SILENCE))
    breakOff(relay.response)
  },
}

/** Some of the event's bytes arrive; then the stream ends, or its connection. */
function cut({ relay: { response, onFault }, drawn: { random }, next }: Blow): void {
  if (next === undefined) {
    breakOff(response)
    return
  }
  onFault('watch-cut')
  const part = next.slice(0, random.between(1, next.length - 1))
  const inOrder = random.chance(0.5)
  response.write(part, () => (inOrder ? response.end() : breakOff(response)))
}
