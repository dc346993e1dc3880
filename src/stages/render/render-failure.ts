import type { RenderFailure } from '../../adapters/engine/engine.ts'
import { type Fault, fault, type Location } from '../../model/fault.ts'

/** Where a template is named, and where its own files are. */
export interface FailurePlace {
  readonly location: Location
  readonly fileOf: (path: string) => string
}

/** What Helm or Kustomize says, at the template's line where that is known. */
export function failureFault(
  code: 'chart-failed' | 'kustomization-failed',
  { cause, message, file, line }: RenderFailure,
  { location, fileOf }: FailurePlace,
): Fault {
  const text = message.replace(/\s+/g, ' ').trim()
  if (cause === 'engine' || cause === 'lookup') return fault('render-unavailable', text, { location })
  return fault(code, text, {
    location: file === undefined ? location : { file: fileOf(file), line: line ?? 1 },
  })
}
