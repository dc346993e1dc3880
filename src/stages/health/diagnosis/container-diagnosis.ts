import type { JsonObject } from '../../../model/json.ts'
import { objectIn, textIn } from '../../../model/json.ts'
import { numberIn } from '../read.ts'
import { type Diagnosis, diagnosis } from './diagnosis.ts'
import { redactPasswords } from './redact-passwords.ts'

const CRASH_LOOP = 'CrashLoopBackOff'
const NO_IMAGE = 'ImagePullBackOff'

/**
 * The kubelet's reasons for containers that will not start without intervention, and what is shown for each.
 */
const STUCK: ReadonlyMap<string, string> = new Map([
  [CRASH_LOOP, CRASH_LOOP],
  ['CreateContainerConfigError', 'CreateContainerConfigError'],
  ['CreateContainerError', 'CreateContainerError'],
  ['ErrImageNeverPull', 'ErrImageNeverPull'],
  // The kubelet alternates between the two.
  ['ErrImagePull', NO_IMAGE],
  [NO_IMAGE, NO_IMAGE],
  ['ImageInspectError', 'ImageInspectError'],
  ['InvalidImageName', 'InvalidImageName'],
  ['PostStartHookError', 'PostStartHookError'],
  ['RegistryUnavailable', NO_IMAGE],
  ['RunContainerError', 'RunContainerError'],
  ['SignatureValidationFailed', 'SignatureValidationFailed'],
  ['StartError', 'StartError'],
])
const LONGEST_LAST_WORDS = 200

/** Why a container does not run, by its ContainerStatus. Leaves out details that change constantly. */
export function diagnoseContainer(container: JsonObject): Diagnosis | undefined {
  const waiting = objectIn(objectIn(container.state).waiting)
  const reason = STUCK.get(textIn(waiting.reason))
  const name = `container ${textIn(container.name)}`
  if (reason === undefined) return restartTrouble(name, container)
  // The kubelet's own message contains its current backoff.
  const details = reason === CRASH_LOOP ? lastEnd(container) : oneLine(textIn(waiting.message))
  return diagnosis('degraded', `${name}: ${reason}`, details)
}

/** In a crash loop the container runs now and then; the diagnosis stays the same. */
function restartTrouble(name: string, container: JsonObject): Diagnosis | undefined {
  const { terminated } = objectIn(container.state)
  const hasEnded = terminated !== undefined || numberIn(container.restartCount) > 0
  const end = hasEnded && container.ready !== true ? lastEnd(container) : ''
  if (end === '') return undefined
  return { status: 'progressing', key: `${name}: ${CRASH_LOOP}`, text: `${name}: ${end}` }
}

function lastEnd({ state, lastState }: JsonObject): string {
  return endOf(objectIn(state).terminated) || endOf(objectIn(lastState).terminated)
}

/** How a container failed, with its last words; empty where it did not fail. */
export function endOf(terminated: unknown): string {
  const { exitCode, reason, message } = objectIn(terminated)
  if (typeof exitCode !== 'number' || exitCode === 0) return ''
  const why = textIn(reason) === '' || reason === 'Error' ? '' : ` (${textIn(reason)})`
  const end = `ended with exit code ${exitCode}${why}`
  const words = oneLine(redactPasswords(textIn(message)))
  return words === '' ? end : `${end}: ${lastOf(words)}`
}

export function isCrashLoop({ status, key, text }: Diagnosis): boolean {
  return status === 'degraded' && `${key} ${text}`.includes(`: ${CRASH_LOOP}`)
}

/** The end of an application's output mostly tells the cause. */
function lastOf(words: string): string {
  return words.length > LONGEST_LAST_WORDS ? `…${words.slice(-LONGEST_LAST_WORDS)}` : words
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
