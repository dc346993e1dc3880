import type { RenderedFile } from '../../../src/adapters/engine/engine.ts'

/** The output of `helm template`, by file. */
export interface HelmOutput {
  readonly files: readonly RenderedFile[]
  readonly crds: readonly RenderedFile[]
}

const source = /^---\n# Source: (.+)\n/gm

/**
 * Splits the output of `helm template --include-crds` at its source comments. Helm sorts documents by kind,
 * with hooks last; this joins the documents of a file again.
 */
export function splitHelmOutput(text: string): HelmOutput {
  const marks = [...text.matchAll(source)]
  const texts = new Map<string, string[]>()
  for (const [index, mark] of marks.entries()) {
    const [line, path = ''] = mark
    const document = text.slice(mark.index + line.length, marks[index + 1]?.index)
    texts.set(path, [...(texts.get(path) ?? []), document])
  }
  const files = [...texts].map(([path, documents]) => ({ path, text: documents.join('---\n') }))
  return {
    files: files.filter(({ path }) => !isCrdFile(path)).sort(byPath),
    crds: files.filter(({ path }) => isCrdFile(path)),
  }
}

// web/crds/a.yaml, web/charts/db/crds/a.yaml
function isCrdFile(path: string): boolean {
  return /^[^/]+\/(charts\/[^/]+\/)*crds\//.test(path)
}

function byPath(a: RenderedFile, b: RenderedFile): number {
  return a.path < b.path ? -1 : Number(a.path > b.path)
}
