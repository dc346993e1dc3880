import type { LiveObject } from '../../src/model/object.ts'
import type { Api } from './api.ts'

/** One object as a watch from outside shows it. */
export interface WatchedObject extends AsyncDisposable {
  /** Resolves with the time (performance.now()) when the watch shows an object that fits. */
  shows(fits: (object: LiveObject) => boolean): Promise<number>
}

/** Starts to watch; resolves with the first event, which shows the object as it is. */
export async function watchObject(api: Api, collection: string, name: string): Promise<WatchedObject> {
  const stop = new AbortController()
  const stream = await api.stream(`${collection}?watch=1&fieldSelector=metadata.name%3D${name}`, stop.signal)
  let latest: { readonly object: LiveObject; readonly at: number } | undefined
  let look = () => {}
  const done = follow(stream, (object) => {
    latest = { object, at: performance.now() }
    look()
  }).catch(() => {}) // it ends by being aborted
  const shows = (fits: (object: LiveObject) => boolean) =>
    new Promise<number>((resolve) => {
      look = () => {
        if (latest && fits(latest.object)) resolve(latest.at)
      }
      look()
    })
  await shows(() => true)
  return {
    shows,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await done
    },
  }
}

async function follow(stream: AsyncIterable<Uint8Array>, tell: (object: LiveObject) => void): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') tell(JSON.parse(line).object)
  }
}
