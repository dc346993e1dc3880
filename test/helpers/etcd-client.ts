import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** A key and its value, as it was written. */
export interface Entry {
  readonly key: string
  /** In base64. Empty where only keys were asked for. */
  readonly value: string
  /** Revision of etcd in which it was last written. */
  readonly revision: string
}

/** What keys to give: the one, or all from `key` to before `end`. */
export interface KeyRange {
  readonly key: string
  readonly end?: string
}

/** Speaks to etcd by the JSON that it takes beside gRPC (etcd, "gRPC gateway"). */
export class EtcdClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true })
  readonly #socketPath: string

  /** @param socketPath of the Unix socket that etcd listens on */
  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  /** The newest revision of the store. */
  async revision(): Promise<string> {
    return (await this.#ask('/v3/kv/range', { key: encode('/') })).header.revision
  }

  async entries(range: KeyRange, { keysOnly = false } = {}): Promise<readonly Entry[]> {
    const { kvs = [] } = await this.#ask('/v3/kv/range', { ...encoded(range), keys_only: keysOnly })
    return kvs.map(({ key, value = '', mod_revision }) => ({
      key: Buffer.from(key, 'base64').toString(),
      value,
      revision: mod_revision,
    }))
  }

  /** @returns the revision that it is written in */
  async put({ key, value }: Pick<Entry, 'key' | 'value'>): Promise<string> {
    return (await this.#ask('/v3/kv/put', { key: encode(key), value })).header.revision
  }

  async delete(range: KeyRange): Promise<void> {
    await this.#ask('/v3/kv/deleterange', encoded(range))
  }

  /** Has etcd forget all that was overwritten or deleted before a revision. */
  async compact(revision: string): Promise<void> {
    await this.#ask('/v3/kv/compaction', { revision, physical: true })
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #ask(path: string, body: object): Promise<Answer> {
    const options = {
      socketPath: this.#socketPath,
      path,
      method: 'POST',
      headers: { host: 'localhost', 'content-type': 'application/json' },
      agent: this.#agent,
    }
    return new Promise((resolve, reject) => {
      const asked = request(options, (response) => {
        text(response).then((answer) => {
          if (response.statusCode === 200) resolve(JSON.parse(answer) as Answer)
          else reject(new Error(`etcd: ${answer}`))
        }, reject)
      })
      asked.on('error', reject).end(JSON.stringify(body))
    })
  }
}

interface Answer {
  readonly header: { readonly revision: string }
  readonly kvs?: readonly {
    readonly key: string
    readonly value?: string
    readonly mod_revision: string
  }[]
}

function encoded({ key, end }: KeyRange): object {
  return { key: encode(key), ...(end !== undefined && { range_end: encode(end) }) }
}

function encode(key: string): string {
  return Buffer.from(key).toString('base64')
}
