import { join } from 'node:path'
import { load } from 'js-yaml'
import type {
  EngineLimits,
  KustomizeAnswer,
  KustomizeRequest,
  RenderFailure,
} from '../../../src/adapters/engine/engine.ts'
import { failure } from '../../../src/adapters/engine/job.ts'
import { runRenderer } from './run-renderer.ts'
import { writeTemporaryTree } from './temporary-tree.ts'

/** A program and the arguments that make it build: `kustomize build` or `kubectl kustomize`. */
export type KustomizeCommand = readonly [program: string, ...args: string[]]

/** Builds the kustomization with the program. */
export async function kustomizeByProgram(
  [program, ...first]: KustomizeCommand,
  request: KustomizeRequest,
  limits: EngineLimits,
): Promise<KustomizeAnswer> {
  await using made = await writeTemporaryTree(request.tree)
  const machine = [...made.files].find(([path, data]) => namesThisMachine(path, data))
  if (machine) return { ...failure('input', remote), file: machine[0] }
  const args = [...first, join(made.tree, request.directory)]
  const explain = (words: string) => kustomizeFailure(words, made.tree)
  const text = await runRenderer({ program, args, home: made.home, limits, explain })
  return typeof text === 'string' ? { ok: true, text } : text
}

/**
 * Whether the file is a kustomization with a URL of this machine: only such URLs bypass the proxy of
 * programEnvironment.
 */
function namesThisMachine(path: string, data: Uint8Array): boolean {
  if (!/(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path)) return false
  return strings(parsed(data)).some((text) => /^https?:\/\/([^/]*@)?(localhost|127\.|\[)/i.test(text))
}

function parsed(data: Uint8Array): unknown {
  try {
    return load(new TextDecoder().decode(data))
  } catch {
    return undefined // Kustomize reports it better
  }
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}

function kustomizeFailure(stderr: string, tree: string): RenderFailure {
  const message = stderr
    .replace(/^Error: |^error: /m, '')
    .replaceAll(`${tree}/`, '/')
    .replaceAll(tree, '/')
    .trim()
  const isRemote = /no 'git' program on path|127\.0\.0\.1:1\b/.test(message)
  const source = [...message.matchAll(/accumulating resources from '([^']+)'/g)].at(-1)?.[1]
  return failure('input', isRemote ? `${source ?? 'something'} is remote: ${remote}` : message)
}

const remote = 'only what the repository itself holds is built'
