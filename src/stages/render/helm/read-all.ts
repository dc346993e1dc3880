import type { HelmRendering } from '../../../adapters/engine/engine.ts'
import type { Template } from '../../../model/template.ts'
import { type ReadObjects, readRendered } from '../read-rendered.ts'

/** All that a chart renders. */
export interface ReadFiles extends ReadObjects {
  /** By path, with its text. */
  readonly files: ReadonlyMap<string, ReadFile>
}

interface ReadFile {
  readonly text: string
  readonly read: ReadObjects
}

/**
 * Reads all that a chart renders. Of duplicate keys Helm sends the last, so that they are no faults.
 *
 * @param before another rendering: a file that is the same there is not read again
 */
export function readAll(
  { crds, files }: HelmRendering,
  template: Template,
  before?: Pick<ReadFiles, 'files'>,
): ReadFiles {
  const byPath = new Map<string, ReadFile>()
  for (const { path, text } of [...crds, ...files]) {
    const known = before?.files.get(path)
    const isSame = known?.text === text
    byPath.set(path, isSame ? known : { text, read: readRendered(text, inRepository(path, template)) })
  }
  const read = [...byPath.values()].map((file) => file.read)
  return {
    objects: read.flatMap(({ objects }) => objects),
    faults: read.flatMap(({ faults }) => faults.filter(({ code }) => code !== 'yaml-duplicate-key')),
    duplicates: read.flatMap(({ duplicates }) => duplicates),
    size: read.reduce((sum, { size }) => sum + size, 0),
    files: byPath,
  }
}

/** Helm's paths begin with the chart's name. */
export function inRepository(path: string, { directory }: Template): string {
  return `${directory}/${path.slice(path.indexOf('/') + 1)}`
}
