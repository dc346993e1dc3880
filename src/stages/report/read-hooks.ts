import { type ChangeKind, HOOK_EVENTS, type HookedChange, type HookRun } from '../../model/hook-run.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import type { OperationRecord, OperationResult } from '../../model/operation.ts'

const KINDS: readonly ChangeKind[] = ['sync', 'sleep', 'wake', 'removal', 'none']
const STATES: readonly HookRun['state'][] = ['waiting', 'running', 'succeeded', 'failed']

/** The change that a record tells of, and the runs of its hooks; undefined for anything else. */
export function readHooks(value: JsonValue | undefined): HookedChange | undefined {
  const { kind, source, from, runs, isOver } = objectIn(value)
  const known = KINDS.find((each) => each === kind)
  if (known === undefined || typeof source !== 'string' || typeof from !== 'string') return undefined
  if (!isJsonArray(runs)) return undefined
  return {
    kind: known,
    source,
    from,
    runs: runs.filter(isJsonObject).flatMap((run) => readRun(run) ?? []),
    ...(isOver === true && { isOver }),
  }
}

/** What a record tells of operations; undefined for anything else. */
export function readOperations(value: JsonValue | undefined): readonly OperationRecord[] | undefined {
  if (!isJsonArray(value)) return undefined
  return value.filter(isJsonObject).flatMap((each) => readOperation(each) ?? [])
}

function readOperation(record: JsonObject): OperationRecord | undefined {
  const { name, occasion, state, job, message } = record
  const how = STATES.find((each) => each === state)
  if (typeof name !== 'string' || typeof occasion !== 'string') return undefined
  const last = readResult(record.last)
  return {
    name,
    occasion,
    ...(how && { state: how }),
    ...(typeof job === 'string' && { job }),
    ...(typeof message === 'string' && { message }),
    ...(last && { last }),
  }
}

function readResult(value: JsonValue | undefined): OperationResult | undefined {
  const { id, at, size, where, seal } = objectIn(value)
  if (typeof id !== 'string' || typeof at !== 'string') return undefined
  return {
    id,
    at,
    ...(typeof size === 'number' && { size }),
    ...(typeof where === 'string' && { where }),
    ...(typeof seal === 'string' && { seal }),
  }
}

function readRun({ hook, event, state, job, message }: JsonObject): HookRun | undefined {
  const [when, how] = [HOOK_EVENTS.find((each) => each === event), STATES.find((each) => each === state)]
  if (typeof hook !== 'string' || typeof job !== 'string' || !when || !how) return undefined
  return { hook, event: when, state: how, job, ...(typeof message === 'string' && { message }) }
}
