import type { RenderFailure } from '../../adapters/engine/engine.ts'
import { type Fault, fault, type Location } from '../../model/fault.ts'
import { redactUrl } from '../../model/redact-url.ts'

/** The location that names a template, and the paths of its own files. */
export interface FailurePlace {
  readonly location: Location
  readonly fileOf: (path: string) => string
}

/** The message of Helm or Kustomize, at the template's line where known. */
export function failureFault(
  code: 'chart-failed' | 'kustomization-failed',
  { cause, message, file, line }: RenderFailure,
  { location, fileOf }: FailurePlace,
): Fault {
  const text = redactUrl(message).replace(/\s+/g, ' ').trim()
  if (cause === 'engine' || cause === 'lookup') return fault('render-unavailable', text, { location })
  return fault(code, text, {
    location: file === undefined ? location : { file: fileOf(file), line: line ?? 1 },
  })
}
