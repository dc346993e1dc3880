import type { TemplateSources } from '../../adapters/source/template-sources.ts'
import { fault } from '../../model/fault.ts'
import { describeTemplate, type RemoteReference, templateKey } from '../../model/template.ts'

/** What renderers need of the templates of other servers. */
export type Sources = Pick<TemplateSources, 'tree' | 'package' | 'newest'>

/** Remembers what the followed branch asked for, so that others may be kept to that. */
export class AskedSources implements Sources {
  readonly #sources: Sources
  readonly #asked = new Set<string>()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  tree(reference: RemoteReference): ReturnType<Sources['tree']> {
    this.#asked.add(templateKey(reference))
    return this.#sources.tree(reference)
  }

  package(chart: Parameters<Sources['package']>[0]): ReturnType<Sources['package']> {
    this.#asked.add(templateKey({ chart }))
    return this.#sources.package(chart)
  }

  newest(chart: Parameters<Sources['newest']>[0]): ReturnType<Sources['newest']> {
    return this.#sources.newest(chart)
  }

  /** Only what was asked for already: a stranger's change has nothing else fetched. */
  get ofOthers(): Sources {
    const refused = (reference: RemoteReference) => ({
      fault: fault('source-not-allowed', `${describeTemplate(reference)}, which the target does not use`),
    })
    return {
      tree: async (reference) =>
        this.#asked.has(templateKey(reference)) ? this.#sources.tree(reference) : refused(reference),
      package: async (chart) =>
        this.#asked.has(templateKey({ chart })) ? this.#sources.package(chart) : refused({ chart }),
      newest: async (chart) => refused({ chart }),
    }
  }
}
