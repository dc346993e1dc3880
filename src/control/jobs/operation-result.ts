import { isJsonObject, type JsonValue } from '../../model/json.ts'
import type { OperationResult } from '../../model/operation.ts'
import { printable } from '../../model/printable.ts'
import { redactUrl } from '../../model/redact-url.ts'

/** Maximum length of what a container says, in characters. */
const LONGEST = 200

/**
 * What a container told in its termination message: a mapping of JSON with `id`, `size` and `where`. Whatever else it
 * wrote there counts for nothing.
 * @param id by default: the name of the Job
 */
export function operationResult(message: string | undefined, id: string, at: string): OperationResult {
  const { id: own, size, where } = parsed(message)
  return {
    id: typeof own === 'string' && own !== '' ? told(own) : id,
    at,
    ...(typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 && { size }),
    ...(typeof where === 'string' && { where: told(where) }),
  }
}

function parsed(message = ''): { readonly [field: string]: JsonValue | undefined } {
  try {
    const value: JsonValue = JSON.parse(message)
    return isJsonObject(value) ? value : {}
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return {}
  }
}

function told(text: string): string {
  return printable(redactUrl(text.slice(0, LONGEST)))
}
