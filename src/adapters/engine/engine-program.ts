import type { Engine, EngineLimits, FileTree, HelmAnswer, HelmRequest, KustomizeAnswer } from './engine.ts'
import { engineLimits } from './engine-limits.ts'
import type { RenderOrder } from './engine-message.ts'
import { helmOrder, type Job, kustomizeOrder } from './job.ts'
import { Lanes } from './lanes.ts'

/** An engine that runs the program reeve-engine, started on demand. */
export function engineProgram(program: string, given: Partial<EngineLimits> = {}): Engine {
  const limits = engineLimits(given)
  const lanes = new Lanes(program, limits)
  let last = 0
  const render = (
    order: RenderOrder,
    tree: FileTree,
    timeoutMs = limits.timeoutMs,
    lookup?: HelmRequest['lookup'],
  ) =>
    new Promise<Parameters<Job['settle']>[0]>((settle, reject) => {
      last += 1
      lanes.add({ id: last, order, tree, lookup, timeoutMs, settle, reject })
    })
  // The `ok` of a failure overrides this one.
  return {
    async helm(request) {
      const answer = await render(helmOrder(request), request.chart, request.timeoutMs, request.lookup)
      return { ok: true, ...answer } as HelmAnswer
    },
    async kustomize(request) {
      const answer = await render(kustomizeOrder(request), request.tree, request.timeoutMs)
      return { ok: true, ...answer } as KustomizeAnswer
    },
    async [Symbol.asyncDispose]() {
      lanes[Symbol.dispose]()
    },
  }
}
