import type { HelmRendering } from '../../../adapters/engine/engine.ts'
import type { Template } from '../../../model/template.ts'
import { type ReadObjects, readRendered } from '../read-rendered.ts'

/** Reads all that a chart renders. Of duplicate keys Helm sends the last, so that they are no faults. */
export function readAll({ crds, files }: HelmRendering, template: Template): ReadObjects {
  const read = [...crds, ...files].map(({ path, text }) => readRendered(text, inRepository(path, template)))
  return {
    objects: read.flatMap(({ objects }) => objects),
    faults: read.flatMap(({ faults }) => faults.filter(({ code }) => code !== 'yaml-duplicate-key')),
    duplicates: read.flatMap(({ duplicates }) => duplicates),
    size: read.reduce((sum, { size }) => sum + size, 0),
  }
}

/** Helm's paths begin with the chart's name. */
export function inRepository(path: string, { directory }: Template): string {
  return `${directory}/${path.slice(path.indexOf('/') + 1)}`
}
