import { errorMessage } from '../../model/error-message.ts'
import type { FileTree, HelmRequest, KustomizeRequest, LookupAnswer, RenderFailure } from './engine.ts'
import type { EngineMessage, RenderOrder } from './engine-message.ts'

type Result = NonNullable<EngineMessage['result']>

/** A rendering that is pending until `settle` or `reject` is called. */
export interface Job {
  readonly id: number
  readonly order: RenderOrder
  readonly tree: FileTree
  readonly lookup: HelmRequest['lookup']
  readonly timeoutMs: number
  readonly settle: (answer: Result | RenderFailure) => void
  readonly reject: (error: unknown) => void
}

export function helmOrder(request: HelmRequest): RenderOrder {
  const { chart, values, release, capabilities, lookup, skipsSchema } = request
  return {
    render: 'helm',
    tree: chart.key,
    helm: {
      values,
      release,
      ...capabilities,
      lookup: lookup !== undefined,
      ...(skipsSchema && { skipsSchema }),
    },
  }
}

export function kustomizeOrder({ tree, directory }: KustomizeRequest): RenderOrder {
  return { render: 'kustomize', tree: tree.key, kustomize: { directory } }
}

export function failure(cause: RenderFailure['cause'], message: string): RenderFailure {
  return { ok: false, cause, message }
}

/** The files in base64, by path, as the program reads them. */
export async function encodedFiles(tree: FileTree): Promise<Record<string, string>> {
  const files = await tree.files()
  const encode = (data: Uint8Array) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
  return Object.fromEntries([...files].map(([path, data]) => [path, encode(data)]))
}

/** The answer of `lookup`, or its error. */
export async function lookUp(
  job: Job,
  message: NonNullable<EngineMessage['lookup']>,
): Promise<LookupAnswer & { readonly n: number; readonly error?: string }> {
  const { n, ...question } = message
  try {
    return { n, ...(await job.lookup?.(question)) }
  } catch (error) {
    return { n, error: errorMessage(error) }
  }
}
